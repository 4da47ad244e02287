/** How a glob is read: `strict` is the reading of rules that forbid or ask, so it errs on the side of matching. */
export type GlobReading = { readonly strict: boolean }

export type Glob = {
  /** The path itself matches. */
  matches(path: string): boolean
  /** Something below the path, a folder, could match. */
  reachesInto(folder: string): boolean
}

type Piece =
  | { kind: 'char'; value: string }
  | { kind: 'one' }
  | { kind: 'run' }
  | { kind: 'class'; negated: boolean; ranges: [string, string][] }

/** A segment of a pattern: `deep` stands for any number of whole segments. */
type Segment = 'deep' | Piece[]

const mostAlternatives = 256

/**
 * Compiles a glob: `*` and `?` stay within a segment, `**` as a whole segment spans any number of them, `[a-z]`, `[!a]`, `{a,b}`.
 * A backslash is a separator, as in paths. Matching takes time linear in path × pattern, whatever the pattern.
 * Read strictly, wildcards also match names that begin with a dot, and `a/**` matches `a` itself.
 */
export function compileGlob(pattern: string, reading: GlobReading): Glob {
  const alternatives = expandBraces(pattern)
  // A pattern with a combinatorial number of alternatives cannot be read: forbid all by it, allow nothing.
  if (!alternatives) return { matches: () => reading.strict, reachesInto: () => reading.strict }

  const compiled = alternatives.map((alternative) => segmentsOf(alternative, reading))
  return {
    matches: (path) => compiled.some((segments) => walk(segments, path, reading).ended),
    reachesInto: (folder) => compiled.some((segments) => walk(segments, folder, reading).open),
  }
}

function segmentsOf(pattern: string, { strict }: GlobReading): Segment[] {
  if (pattern === '') return []
  const segments = pattern
    .split('/')
    .map((segment): Segment => (segment === '**' ? 'deep' : piecesOf(segment)))
  if (!strict && segments.length > 1 && segments.at(-1) === 'deep') segments.push([{ kind: 'run' }])
  return segments
}

/** Follows every way of reading the path through the pattern at once; a state is an index into the segments. */
function walk(segments: Segment[], path: string, { strict }: GlobReading) {
  let states = skipDeep(segments, new Set([0]))
  for (const name of path === '' ? [] : path.split('/')) {
    const next = new Set<number>()
    for (const state of states) {
      const segment = segments[state]
      if (segment === 'deep') {
        if (strict || !name.startsWith('.')) next.add(state)
      } else if (segment && matchesName(segment, name, strict)) next.add(state + 1)
    }
    states = skipDeep(segments, next)
    if (states.size === 0) break
  }
  return {
    ended: states.has(segments.length),
    open: [...states].some((state) => state < segments.length),
  }
}

function skipDeep(segments: Segment[], states: Set<number>): Set<number> {
  for (const state of states) if (segments[state] === 'deep') states.add(state + 1)
  return states
}

function matchesName(pieces: Piece[], name: string, strict: boolean): boolean {
  if (!strict && name.startsWith('.') && pieces[0]?.kind !== 'char') return false
  const characters = Array.from(name)
  let piece = 0
  let at = 0
  let runPiece = -1
  let runAt = 0
  while (at < characters.length) {
    const current = pieces[piece]
    if (current?.kind === 'run') {
      runPiece = piece
      runAt = at
      piece += 1
    } else if (current && matchesOne(current, characters[at]!)) {
      piece += 1
      at += 1
    } else if (runPiece >= 0) {
      piece = runPiece + 1
      runAt += 1
      at = runAt
    } else return false
  }
  while (pieces[piece]?.kind === 'run') piece += 1
  return piece === pieces.length
}

function matchesOne(piece: Piece, character: string): boolean {
  if (piece.kind === 'char') return piece.value === character
  if (piece.kind !== 'class') return true
  const inside = piece.ranges.some(([from, to]) => from <= character && character <= to)
  return inside !== piece.negated
}

function piecesOf(segment: string): Piece[] {
  const characters = Array.from(segment)
  const pieces: Piece[] = []
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at]!
    const end = character === '[' ? characters.indexOf(']', at + 2) : -1
    if (end > 0) {
      pieces.push(classOf(characters.slice(at + 1, end)))
      at = end
    } else if (character === '*') {
      if (pieces.at(-1)?.kind !== 'run') pieces.push({ kind: 'run' })
    } else pieces.push(character === '?' ? { kind: 'one' } : { kind: 'char', value: character })
  }
  return pieces
}

function classOf(inside: string[]): Piece {
  const negated = inside[0] === '!' || inside[0] === '^'
  const members = negated ? inside.slice(1) : inside
  const ranges: [string, string][] = []
  for (let at = 0; at < members.length; at += 1) {
    const from = members[at]!
    const to = members[at + 1] === '-' ? members[at + 2] : undefined
    ranges.push([from, to ?? from])
    if (to !== undefined) at += 2
  }
  return { kind: 'class', negated, ranges }
}

/** All readings of `{a,b}`, inner ones first; undefined when there are too many. A lone brace is a character. */
function expandBraces(pattern: string): string[] | undefined {
  const done: string[] = []
  const open = [pattern]
  while (open.length > 0) {
    const next = open.pop()!
    const group = /\{([^{},]*(?:,[^{},]*)+)\}/.exec(next)
    if (!group) done.push(next)
    else {
      const tail = next.slice(group.index + group[0].length)
      for (const choice of group[1]!.split(','))
        open.push(next.slice(0, group.index) + choice + tail)
    }
    if (done.length + open.length > mostAlternatives) return undefined
  }
  return done
}
