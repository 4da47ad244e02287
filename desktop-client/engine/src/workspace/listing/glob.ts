import { ToolFailure } from '../tool-failure.ts'

const mostAlternatives = 64

const badGlob = (glob: string) =>
  new ToolFailure('invalid_arguments', `The glob ${glob} has too many alternatives.`)

/** `a{b,c}` as `ab` and `ac`; an unmatched brace is a plain character. */
function alternativesOf(glob: string, whole = glob): string[] {
  const open = glob.indexOf('{')
  if (open < 0) return [glob]
  const commas: number[] = []
  let depth = 0
  for (let at = open; at < glob.length; at += 1) {
    const char = glob[at]
    if (char === '{') depth += 1
    else if (char === ',' && depth === 1) commas.push(at)
    else if (char === '}') depth -= 1
    if (depth > 0) continue
    if (commas.length === 0) break
    const ends = [...commas, at]
    const pieces = ends.map((end, index) => glob.slice((ends[index - 1] ?? open) + 1, end))
    const tails = pieces.flatMap((piece) => alternativesOf(piece + glob.slice(at + 1), whole))
    if (tails.length > mostAlternatives) throw badGlob(whole)
    return tails.map((tail) => glob.slice(0, open) + tail)
  }
  return alternativesOf(glob.slice(open + 1), whole).map((tail) => glob.slice(0, open + 1) + tail)
}

/** The characters of `[a-z]` at a place in a glob, and where it ends; undefined where it is no class. */
function classAt(
  glob: string,
  at: number,
): { end: number; has: (char: string) => boolean } | undefined {
  const end = glob.indexOf(']', at + 2)
  if (glob[at] !== '[' || end < 0) return undefined
  const not = glob[at + 1] === '!' || glob[at + 1] === '^'
  const body = glob.slice(at + (not ? 2 : 1), end)
  const has = (char: string) => {
    for (let index = 0; index < body.length; index += 1) {
      const last = body[index + 1] === '-' ? body[index + 2] : undefined
      const first = body.charAt(index)
      if (last === undefined ? char === first : char >= first && char <= last) return true
      if (last !== undefined) index += 2
    }
    return false
  }
  return { end: end + 1, has: (char) => has(char) !== not }
}

/** One name against one part of a glob, in time proportional to both lengths at worst. */
function nameMatches(glob: string, name: string): boolean {
  let inGlob = 0
  let inName = 0
  let star = -1
  let retry = 0
  while (inName < name.length) {
    const wanted = glob[inGlob]
    const set = classAt(glob, inGlob)
    const fits = set ? set.has(name.charAt(inName)) : wanted === '?' || wanted === name[inName]
    if (wanted === '*') {
      star = inGlob
      retry = inName
      inGlob += 1
    } else if (inGlob < glob.length && fits) {
      inGlob = set ? set.end : inGlob + 1
      inName += 1
    } else if (star >= 0) {
      retry += 1
      inGlob = star + 1
      inName = retry
    } else return false
  }
  return /^\**$/.test(glob.slice(inGlob))
}

/** Names against the parts of a glob, where `**` stands for any number of names. */
function partsMatch(parts: readonly string[], names: readonly string[]): boolean {
  let reachable = new Set([0])
  for (const part of parts) {
    const next = new Set<number>()
    for (const at of reachable) {
      const name = names[at]
      if (part === '**') for (let to = at; to <= names.length; to += 1) next.add(to)
      else if (name !== undefined && nameMatches(part, name)) next.add(at + 1)
    }
    reachable = next
  }
  return reachable.has(names.length)
}

/**
 * A glob as a test of relative paths: `*`, `?`, `[…]`, `{a,b}` and `**`. Without a slash it speaks of the name at any depth.
 * Takes no more than polynomial time for any glob.
 */
export function matcherOf(glob: string): (path: string) => boolean {
  const globs = alternativesOf(glob).map((one) => {
    const parts = one.split('/').filter((part) => part !== '' && part !== '.')
    return one.includes('/') ? parts : ['**', ...parts]
  })
  return (path) => {
    const names = path.split('/')
    return globs.some((parts) => partsMatch(parts, names))
  }
}
