import ignore from 'ignore'

const longestFile = 64 * 1024
const mostLines = 2_000
const longestLine = 1_000
const mostStars = 3
const mostRemembered = 2_000
const options = { allowRelativePaths: true }

/** What a rules file says of a path; a folder's path ends in `/`. */
export type Rules = {
  test(path: string): { readonly ignored: boolean; readonly unignored: boolean }
}

/** Many wildcards in one name would let a hostile file keep the matcher busy for minutes. */
const isCostly = (line: string): boolean =>
  line.length > longestLine ||
  line.split('/').some((part) => part.split(/\*+/).length - 1 > mostStars)

/** The rules of one `.gitignore`; lines that are too costly to match are left out. */
export function rulesOf(text: string): Rules {
  const compiled = ignore(options).add(
    text
      .slice(0, longestFile)
      .split(/\r?\n/)
      .slice(0, mostLines)
      .filter((line) => !isCostly(line)),
  )
  let rules = compiled
  let asked = 0
  return {
    test: (path) => {
      asked += 1
      if (asked > mostRemembered) {
        // The library never forgets a path that it was asked about; another one with the same compiled rules begins anew.
        rules = ignore(options).add(compiled)
        asked = 0
      }
      return rules.test(path)
    },
  }
}

/** Rules and the folder that they speak of: relative with `/`, empty for the project folder. */
export type FolderRules = { readonly folder: string; readonly rules: Rules }

/** True when git would leave the entry out; `layers` from the outermost folder to the innermost. Says nothing of the folders above it. */
export function isIgnored(
  layers: readonly FolderRules[],
  path: string,
  isFolder: boolean,
): boolean {
  for (const { folder, rules } of layers.toReversed()) {
    const below = folder === '' ? path : path.slice(folder.length + 1)
    const verdict = rules.test(isFolder ? `${below}/` : below)
    if (verdict.ignored) return true
    if (verdict.unignored) return false
  }
  return false
}

/** Never listed, searched or watched. */
export const isNeverShown = (name: string): boolean => name.toLowerCase() === '.git'
