/** Resolves `.`, `..` and empty segments by text alone; the project folder itself is the empty string. */
export function collapse(path: string): string {
  const kept: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') kept.pop()
    else if (part !== '' && part !== '.') kept.push(part)
  }
  return kept.join('/')
}

/** One spelling for all that differ in case or in Unicode form only. */
export const foldCase = (text: string): string =>
  text.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')

const invisible = /\p{Default_Ignorable_Code_Point}/gu

/** What Windows and macOS make of a name: invisible characters, trailing dots and spaces and NTFS stream names fall away. */
function foldName(name: string): string {
  const bare = name.replace(invisible, '').replace(/(?<=.):.*$/s, '')
  if (bare === '.' || bare === '..') return bare
  let end = bare.length
  while (end > 0 && (bare[end - 1] === '.' || bare[end - 1] === ' ')) end -= 1
  return end === 0 ? bare : bare.slice(0, end)
}

const foldNames = (path: string): string => path.split('/').map(foldName).join('/')

/**
 * Every file that a relative path could mean on any system, for rules that forbid or ask: with `\` as a separator and as
 * a character, case and Unicode form folded, and with what file systems drop from names dropped.
 */
export function strictSpellings(path: string): string[] {
  const slashed = path.replaceAll('\\', '/')
  return [...new Set([path, slashed, foldNames(slashed)].map((each) => foldCase(collapse(each))))]
}

/** The one file that an allowing rule may mean by a path; undefined where a file system may disagree. */
export function plainSpelling(path: string): string | undefined {
  if (path.includes('\\') || path.split('/').includes('..')) return undefined
  return collapse(path).normalize('NFC')
}

const anchored = (pattern: string): string =>
  pattern.replaceAll('\\', '/').replace(/^(?:\.?\/+)+/, '')

/** A path pattern as the rule means it: relative, `/` as separator, a trailing `/` naming all below a folder. */
export function pathPattern(pattern: string): string {
  const relative = anchored(pattern).replace(/\/{2,}/g, '/')
  const whole = relative.endsWith('/') ? `${relative}**` : relative
  return (whole === '.' ? '' : whole).normalize('NFC')
}
