/** Circles of a directed graph, each as the way round that closes it: one for each edge that leads back. */
export function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = []
  const done = new Set<string>()
  const way: string[] = []
  const onWay = new Set<string>()

  const visit = (node: string): void => {
    if (done.has(node)) return
    way.push(node)
    onWay.add(node)
    for (const next of graph.get(node) ?? []) {
      if (onWay.has(next)) cycles.push([...way.slice(way.indexOf(next)), next])
      else visit(next)
    }
    way.pop()
    onWay.delete(node)
    done.add(node)
  }

  for (const node of graph.keys()) visit(node)
  return cycles
}
