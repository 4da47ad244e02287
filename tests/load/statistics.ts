/** The value below which the given part (0 to 1) of the numbers lies. Throws for an empty list: nothing was measured. */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]
  if (value === undefined) throw new Error('nothing was measured')
  return value
}

export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5)
