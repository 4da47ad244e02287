const secondsPer: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }

/** Seconds in a duration like `15m`, whose form the schema has checked. */
export const secondsOf = (duration: string): number =>
  Number(duration.slice(0, -1)) * secondsPer[duration.at(-1)!]!
