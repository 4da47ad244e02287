/** Numbers from 0 to 1 that the same seed gives again (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** `FAULT_SEED` plays a run again; without it each run has a seed of its own. */
export const chooseSeed = (): number =>
  Number(process.env['FAULT_SEED']) || Math.floor(Math.random() * 2 ** 31)

export const pick = <Item>(items: readonly Item[], random: () => number): Item | undefined =>
  items[Math.floor(random() * items.length)]
