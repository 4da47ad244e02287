import { alwaysAsks } from '@codelab/contracts/always-ask'
import { createMatchReader, type Match } from '../program/ripgrep-output.ts'
import { type ProgramEnd, runProgram } from '../program/run-program.ts'
import { layersAbove, rulesIn } from '../listing/walk-files.ts'
import { type FolderRules, isIgnored } from '../listing/ignore-rules.ts'
import { assertRegular, readRegular } from '../place/regular-file.ts'
import { linesOf, linesWithin, textIn } from '../text.ts'
import { systemCode, ToolFailure } from '../tool-failure.ts'
import type { Bench, Run } from './tool.ts'
import { withFolder } from './with-folder.ts'

const defaultLimit = 200
const timeoutMs = 20_000
const longestLine = 500
const mostBytes = 900_000
/** Characters of matches that ripgrep may be ahead of those that are told. */
const mostAhead = 16 * 1024 * 1024
/** What matched is read as it comes; kept is what ripgrep says of the pattern. */
const keep = { head: 64 * 1024, tail: 64 * 1024 }

const options = [
  '--no-config',
  '--json',
  '--no-messages',
  '--hidden',
  '--no-follow',
  '--no-pre',
  '--no-search-zip',
  '--no-require-git',
  '--no-ignore-parent',
  '--no-ignore-global',
  '--no-ignore-dot',
  '--engine=default',
  '--max-filesize=1M',
  '--sort=path',
  '--iglob=!.git',
]

async function ripgrep(): Promise<string> {
  try {
    return (await import('@vscode/ripgrep')).rgPath
  } catch (error) {
    throw new ToolFailure(
      'failed',
      'search is not available: ripgrep is not installed here.',
      error,
    )
  }
}

const withoutMark = (line: string) => line.replace(/^\ufeff/, '').trimEnd()
const shortened = (line: string) =>
  line.length > longestLine ? `${line.slice(0, longestLine)}…` : line

/** Matches of one file with their lines, read from the project once more: what ripgrep saw is not trusted to come from there. */
async function confirmed(
  { locate }: Bench,
  path: string,
  matches: readonly Match[],
): Promise<Match[]> {
  const text = await locate(path, { followLast: false }, async (place) =>
    place.parts.join('/') === path ? textIn((await readRegular(place, path)).bytes) : undefined,
  ).catch(() => undefined)
  const lines = text === undefined ? [] : linesOf(text).map(withoutMark)
  return matches.flatMap(({ line, text: found }) => {
    const now = lines[line - 1]
    return now === withoutMark(found) ? [{ path, line, text: shortened(now) }] : []
  })
}

/** True when the entry or one of its folders below `from` names is ignored by the rules above them. */
const isIgnoredBelow = (layers: readonly FolderRules[], path: string, from: number): boolean => {
  const names = path.split('/')
  return names.some((_, index) => {
    const isFolder = index < names.length - 1
    return index >= from && isIgnored(layers, names.slice(0, index + 1).join('/'), isFolder)
  })
}

type Scope = { readonly parts: readonly string[]; readonly layers: readonly FolderRules[] }

/** The real path to search and the rules that hold above it. */
async function scopeOf(bench: Bench, path: string): Promise<Scope & { readonly rooted: boolean }> {
  const parts = await bench.locate(path, { followLast: true }, async (place) => {
    if (!place.stats) throw new ToolFailure('file_not_found', `${path} does not exist.`)
    if (!place.stats.isDirectory()) assertRegular(place.stats, path)
    return place.parts
  })
  return await withFolder(bench, '.', async (root) => {
    const rules = await rulesIn(root, [])
    const layers = await layersAbove(root, parts)
    return { parts, layers, rooted: rules !== undefined && layers.length > 0 }
  })
}

async function run(
  bench: Bench,
  args: readonly string[],
  { signal, onOutput }: { signal: AbortSignal; onOutput: (chunk: Buffer) => void },
): Promise<ProgramEnd> {
  const program = await ripgrep()
  return await withFolder(bench, '.', async (root) =>
    runProgram({
      argv: [program, ...args],
      cwd: root.at,
      environment: bench.environment,
      timeoutMs,
      signal,
      keep,
      onOutput,
    }).catch((error: unknown) => {
      if (systemCode(error) === undefined) throw error
      throw new ToolFailure('failed', 'search is not available: ripgrep did not start.', error)
    }),
  )
}

function assertSearched({ exitCode, stopped, stderr }: ProgramEnd, signal: AbortSignal): void {
  if (signal.aborted) throw new ToolFailure('cancelled', 'The search was cancelled.')
  if (stopped === undefined && exitCode === 2 && stderr.total > 0) {
    throw new ToolFailure('invalid_arguments', `The pattern cannot be used: ${stderr.text()}`)
  }
}

export type Wanted = {
  readonly pattern: string
  readonly path?: string | undefined
  readonly regex?: boolean | undefined
  readonly limit: number
  readonly ignoreCase?: boolean
  /** False leaves the matches of a file out. */
  readonly shows?: (path: string) => boolean
}

export type SearchEnd = {
  /** There are more matches than were told. */
  readonly more: boolean
  /** It took too long; what was found until then was told. */
  readonly stopped: boolean
}

/**
 * Tells the lines that match as they are found, those of a file together, in the order of paths, `limit` at most; then it looks no
 * further. Without what git ignores, binary files and files over 1 MiB.
 */
export async function findLines(
  bench: Bench,
  wanted: Wanted,
  { signal, tell }: { signal: AbortSignal; tell: (matches: readonly Match[]) => void },
): Promise<SearchEnd> {
  const { pattern, path = '.', regex = false, limit, ignoreCase = false, shows } = wanted
  const { parts, layers, rooted } = await scopeOf(bench, path)
  const enough = new AbortController()
  const ending = AbortSignal.any([signal, enough.signal])
  let told = 0
  let isFull = false
  const takeFile = async (matches: readonly Match[]) => {
    const file = matches[0]?.path
    if (file === undefined || isFull || signal.aborted) return
    if (isIgnoredBelow(layers, file, parts.length) || shows?.(file) === false) return
    const found = await confirmed(bench, file, matches)
    if (signal.aborted) return
    const fits = found.slice(0, limit - told)
    told += fits.length
    if (fits.length > 0) tell(fits)
    isFull = found.length > fits.length
    if (isFull) enough.abort()
  }
  let ahead = 0
  let work = Promise.resolve()
  const reader = createMatchReader((matches) => {
    const length = matches.reduce((sum, { text }) => sum + text.length, 0)
    ahead += length
    work = work.then(() => takeFile(matches)).then(() => void (ahead -= length))
    if (ahead > mostAhead) enough.abort()
  })
  const onOutput = (chunk: Buffer) => {
    if (!ending.aborted) reader.add(chunk)
  }
  const args = [
    ...options,
    ignoreCase ? '--ignore-case' : '--case-sensitive',
    `--max-count=${limit + 1}`,
    ...(rooted ? ['--ignore-file=.gitignore'] : []),
    ...(regex ? [] : ['--fixed-strings']),
    '--',
    pattern,
    ['.', ...parts].join('/'),
  ]
  const end = await run(bench, args, { signal: ending, onOutput })
  reader.end()
  await work
  assertSearched(end, signal)
  return { more: enough.signal.aborted, stopped: end.stopped === 'timeout' }
}

/**
 * One match a line: `path:line: text`. Secrets show only to a search that names them, which a person was asked about.
 * A last line says when there is more or the search took too long.
 */
export const search: Run<'search'> = async (bench, args, signal) => {
  const { pattern, path, regex, limit = defaultLimit } = args
  const named = await isAskedAbout(bench, path)
  const shows = (file: string) => named || !alwaysAsks('search', { path: file })
  const told: string[] = []
  const tell = (matches: readonly Match[]) => {
    for (const { path: file, line, text } of matches) told.push(`${file}:${line}: ${text}`)
  }
  const end = await findLines(bench, { pattern, path, regex, limit, shows }, { signal, tell })
  const kept = linesWithin(told, mostBytes)
  const notes = [
    ...(end.more || kept.length < told.length
      ? [`[There are more than these ${kept.length}. Narrow with path or pattern, or raise limit.]`]
      : []),
    ...(end.stopped ? [`[Stopped after ${timeoutMs / 1000} s; there may be more.]`] : []),
  ]
  const lines = [...kept, ...notes]
  return lines.length === 0 ? '[No matches.]' : lines.join('\n')
}

/** By its real path: a link must not hide what is searched. */
const isAskedAbout = async ({ locate }: Bench, path = '.'): Promise<boolean> => {
  const parts = await locate(path, { followLast: true }, async (place) => place.parts)
  return alwaysAsks('search', { path: parts.join('/') }) !== undefined
}
