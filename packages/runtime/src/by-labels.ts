type Tree<Leaf> = Map<string, Tree<Leaf> | Leaf>

/** One leaf for each set of values of labels, at least one label; it is found without putting the values into one text. */
export const byLabels = <const Name extends string, Leaf>(
  names: readonly Name[],
  make: (labels: Readonly<Record<Name, string>>) => Leaf,
) => {
  const root: Tree<Leaf> = new Map()
  const all: Leaf[] = []
  const begin = (values: readonly string[]): Leaf => {
    const labels = Object.fromEntries(names.map((name, at) => [name, values[at]!]))
    const leaf = make(labels as Record<Name, string>)
    all.push(leaf)
    return leaf
  }
  return {
    /** In the order in which they came. */
    all: all as readonly Leaf[],
    /** `values` in the order of the names. */
    of(values: readonly string[]): Leaf {
      let at = root
      const last = values.length - 1
      for (let place = 0; place < last; place++) {
        const value = values[place]!
        let next = at.get(value) as Tree<Leaf> | undefined
        if (!next) at.set(value, (next = new Map()))
        at = next
      }
      let leaf = at.get(values[last]!) as Leaf | undefined
      if (!leaf) at.set(values[last]!, (leaf = begin(values)))
      return leaf
    },
  }
}
