/** The names most like a wrong one, best first; at most three. */
export function nearNames(wrong: string, names: readonly string[]): string[] {
  const asked = simplified(wrong.slice(0, 64))
  return names
    .map((name) => ({ name, distance: editDistance(asked, simplified(name)) }))
    .filter(({ name, distance }) => distance <= Math.max(2, Math.floor(name.length / 2)))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name)
}

const simplified = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
