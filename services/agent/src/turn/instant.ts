/** The instant some milliseconds later; none without a number. */
export const instantAfter = (now: Date, ms: number | undefined): Date | null =>
  ms === undefined ? null : new Date(now.getTime() + ms)
