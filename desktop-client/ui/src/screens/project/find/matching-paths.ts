/** How well a path fits what was typed: the letters in their order, near each other, best in the name; undefined when it does not. */
function fit(path: string, typed: string): number | undefined {
  const lower = path.toLowerCase()
  const nameAt = lower.lastIndexOf('/') + 1
  const inName = lower.indexOf(typed, nameAt)
  if (inName >= 0) return inName - nameAt + (lower.length - nameAt) / 1_000
  const whole = lower.indexOf(typed)
  if (whole >= 0) return 100 + lower.length / 1_000
  let at = -1
  let spread = 0
  for (const letter of typed) {
    const next = lower.indexOf(letter, at + 1)
    if (next < 0) return undefined
    spread += at < 0 ? 0 : next - at - 1
    at = next
  }
  return 1_000 + spread + lower.length / 1_000
}

/** The paths that fit what was typed, best first. */
export function matchingPaths(paths: readonly string[], typed: string, most: number): string[] {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') return paths.slice(0, most)
  return paths
    .map((path) => ({ path, cost: fit(path, wanted) }))
    .filter((each): each is { path: string; cost: number } => each.cost !== undefined)
    .sort((a, b) => a.cost - b.cost || (a.path < b.path ? -1 : 1))
    .slice(0, most)
    .map(({ path }) => path)
}
