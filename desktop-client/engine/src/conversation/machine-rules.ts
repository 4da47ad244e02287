import { alwaysAsks, wordingOfGuarded } from '@codelab/contracts/always-ask'
import type { NarrowingRule } from '@codelab/contracts/engine-ui/settings'
import { foldCase, pathPattern, strictSpellings } from '@codelab/contracts/path-spelling'
import { matcherOf } from '../workspace/listing/glob.ts'
import type { Verdict } from './holds.ts'

type Arguments = Readonly<Record<string, unknown>>

/** `whole`: the rule speaks of the call. `part`: it may speak of something in it, so the person is asked. */
type Match = 'whole' | 'part' | 'none'

const textsIn = (args: Arguments, ...names: string[]) =>
  names.map((name) => args[name]).filter((value) => typeof value === 'string')

const argvOf = (args: Arguments): string[] =>
  Array.isArray(args.argv) ? args.argv.filter((word) => typeof word === 'string') : []

/** A working folder bounds nothing of what a command does, so its words count as paths too. */
const pathsOf = (tool: string, args: Arguments): string[] => {
  const paths = textsIn(args, 'path', 'to', 'cwd')
  if (tool === 'execute_command') paths.push(...argvOf(args).slice(1))
  return paths.length === 0 ? ['.'] : paths
}

const nameOf = (word: string) =>
  foldCase(word.slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1)).replace(
    /\.(?:exe|com|cmd|bat|ps1)$/,
    '',
  )

/** The beginning of a pattern that holds no wildcard: the folder in which it may speak of something. */
const literalHead = (pattern: string) => {
  const parts = pattern.split('/')
  const wild = parts.findIndex((part) => /[*?[{]/.test(part))
  return parts.slice(0, wild < 0 ? parts.length : wild).join('/')
}

const isAbove = (path: string, head: string) =>
  path === '' || path === '.' || head === path || head.startsWith(`${path}/`)

function onPath(pattern: string, paths: readonly string[]): Match {
  const glob = foldCase(pathPattern(pattern))
  const matches = matcherOf(glob)
  const below = matcherOf(`${glob}/**`)
  const spellings = paths.flatMap(strictSpellings)
  if (spellings.some((path) => matches(path) || below(path))) return 'whole'
  const head = literalHead(glob)
  return spellings.some((path) => isAbove(path, head)) ? 'part' : 'none'
}

function onProgram(pattern: string, argv: readonly string[]): Match {
  const matches = matcherOf(foldCase(pattern.replaceAll('\\', '/')))
  const fits = (word: string) =>
    matches(foldCase(word.replaceAll('\\', '/'))) || matches(nameOf(word))
  const [program = '', ...words] = argv
  if (fits(program)) return 'whole'
  // A launcher or a shell may run what any word says.
  const pieces = words.flatMap((word) => word.split(/[\s;&|()<>{}$!,=`"'[\]]+/)).filter(Boolean)
  return pieces.some(fits) ? 'part' : 'none'
}

/** A pattern that cannot be worked out asks. */
function matchOf(rule: NarrowingRule, tool: string, args: Arguments): Match {
  try {
    return exactMatchOf(rule, tool, args)
  } catch {
    return 'part'
  }
}

function exactMatchOf(rule: NarrowingRule, tool: string, args: Arguments): Match {
  if (rule.tool !== '*' && rule.tool !== tool && rule.tool !== tool.replaceAll('.', '_'))
    return 'none'
  if (rule.command !== undefined && tool !== 'execute_command') return 'none'
  const program = rule.command === undefined ? 'whole' : onProgram(rule.command, argvOf(args))
  const path = rule.path === undefined ? 'whole' : onPath(rule.path, pathsOf(tool, args))
  if (program === 'none' || path === 'none') return 'none'
  return program === 'part' || path === 'part' ? 'part' : 'whole'
}

const wordingOf = ({ tool, path, command, action, reason }: NarrowingRule): string =>
  reason ??
  `A rule of this machine ${action === 'deny' ? 'forbids' : 'asks about'} ${tool === '*' ? 'every tool' : tool}${
    path === undefined ? '' : ` on ${path}`
  }${command === undefined ? '' : ` running ${command}`}.`

/**
 * What this machine says of a call that the workspace would let pass: the strictest of its rules that speaks of it, and the list of
 * what always asks. It never allows anything. Rules are read generously: they ask too often rather than too rarely.
 */
export function judgeHere(
  rules: readonly NarrowingRule[],
  tool: string,
  args: Arguments,
): Verdict | undefined {
  let asks: string | undefined
  for (const rule of rules) {
    const match = matchOf(rule, tool, args)
    if (match === 'whole' && rule.action === 'deny')
      return { action: 'deny', reason: wordingOf(rule) }
    if (match !== 'none') asks ??= wordingOf(rule)
  }
  const guarded = alwaysAsks(tool, args)
  if (asks === undefined && guarded) asks = wordingOfGuarded(guarded)
  return asks === undefined ? undefined : { action: 'ask', reason: asks }
}
