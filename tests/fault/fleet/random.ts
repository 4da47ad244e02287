/** `FAULT_SEED` plays a run again; without it each run has a seed of its own. */
export const chooseSeed = (): number =>
  Number(process.env['FAULT_SEED']) || Math.floor(Math.random() * 2 ** 31)

export const pick = <Item>(items: readonly Item[], random: () => number): Item | undefined =>
  items[Math.floor(random() * items.length)]
