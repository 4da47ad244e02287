import ignore, { type Ignore } from 'ignore'

const longestFile = 64 * 1024
const mostLines = 2_000
const longestLine = 1_000
const mostStars = 3

/** Many wildcards in one name would let a hostile file keep the matcher busy for minutes. */
const isCostly = (line: string): boolean =>
  line.length > longestLine ||
  line.split('/').some((part) => part.split(/\*+/).length - 1 > mostStars)

/** The rules of one `.gitignore`; lines that are too costly to match are left out. */
export const rulesOf = (text: string): Ignore =>
  ignore({ allowRelativePaths: true }).add(
    text
      .slice(0, longestFile)
      .split(/\r?\n/)
      .slice(0, mostLines)
      .filter((line) => !isCostly(line)),
  )

/** Rules and the folder that they speak of: relative with `/`, empty for the project folder. */
export type FolderRules = { readonly folder: string; readonly rules: Ignore }

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
