import type { ApprovalRule, ToolName } from '@codelab/contracts/tools'
import { compileGlob, type Glob, type GlobReading } from './glob.ts'
import { isPlainCommand } from './plain-command.ts'
import { programPatterns, programsIn } from './programs.ts'
import {
  foldCase,
  pathPattern,
  plainSpelling,
  strictSpellings,
} from '@codelab/contracts/path-spelling'

export type Call = {
  readonly tool: ToolName
  readonly arguments: Readonly<Record<string, unknown>>
}

/** `whole`: the rule speaks of this call. `part`: the call takes a folder in which the rule may speak of something. */
export type Match = 'whole' | 'part' | 'none'

const strict: GlobReading = { strict: true }
const exact: GlobReading = { strict: false }

/** Tools that carry off or show the contents of a whole folder. */
const takesFolders = new Set<ToolName>(['search', 'git.diff', 'move_file', 'delete_file'])
const wholeProject = new Set<ToolName>([
  'list_files',
  'search',
  'git.diff',
  'git.status',
  'git.log',
])

/** Does a rule that forbids or asks speak of the call? Read generously: no spelling gets around it. */
export function restricts(rule: ApprovalRule, call: Call): Match {
  if (!speaksOf(rule, call.tool) || !restrictsProgram(rule, call)) return 'none'
  if (rule.path === undefined) return 'whole'
  const glob = globOf(foldCase(pathPattern(rule.path)), strict)
  const paths = pathsOf(call).flatMap(strictSpellings)
  if (paths.some((path) => glob.matches(path))) return 'whole'
  const part = takesFolders.has(call.tool) && paths.some((path) => glob.reachesInto(path))
  return part ? 'part' : 'none'
}

/** Does a rule that allows speak of the call? Read narrowly: every path and the program as they are spelt. */
export function permits(rule: ApprovalRule, call: Call): boolean {
  if (!speaksOf(rule, call.tool)) return false
  if (rule.command !== undefined) {
    const argv = argvOf(call) ?? []
    const [program] = argv
    if (program === undefined || !globOf(rule.command, exact).matches(program)) return false
    // Who allows a program does not allow what that program can be told to run.
    if (!isPlainCommand(argv)) return false
  }
  if (rule.path === undefined) return true
  // A working folder bounds nothing of what a command does, so a rule for all tools does not reach commands by it.
  if (call.tool === 'execute_command' && rule.tool === '*' && rule.command === undefined)
    return false
  const glob = globOf(pathPattern(rule.path), exact)
  return pathsOf(call).every((path) => {
    const plain = plainSpelling(path)
    return plain !== undefined && glob.matches(plain)
  })
}

/** Is the rule about this tool at all? A name may be spelt as vendors want it: `git_diff`. */
export const speaksOf = (rule: ApprovalRule, tool: ToolName): boolean =>
  rule.tool === '*' || rule.tool === tool || rule.tool === tool.replaceAll('.', '_')

function restrictsProgram(rule: ApprovalRule, call: Call): boolean {
  if (rule.command === undefined) return true
  const argv = argvOf(call)
  if (!argv) return false
  const globs = programPatterns(rule.command).map((pattern) => globOf(foldCase(pattern), strict))
  return programsIn(argv).some((program) => globs.some((glob) => glob.matches(foldCase(program))))
}

const argvOf = (call: Call): string[] | undefined =>
  call.tool === 'execute_command' && Array.isArray(call.arguments.argv)
    ? call.arguments.argv.filter((word) => typeof word === 'string')
    : undefined

/** The paths that a call touches. A tool that works on the whole project without a path touches its folder. */
function pathsOf({ tool, arguments: given }: Call): string[] {
  const texts = (...names: string[]) =>
    names.map((name) => given[name]).filter((value) => typeof value === 'string')
  if (tool === 'execute_command') return [texts('cwd')[0] ?? '.']
  const paths = texts('path', 'to')
  if (paths.length === 0 && wholeProject.has(tool)) paths.push('.')
  const listed = tool === 'list_files' ? texts('glob')[0] : undefined
  return listed === undefined ? paths : [...paths, folderOfGlob(paths[0]!, listed)]
}

/** The folder that a listing's glob begins in: `secrets/*.pem` lists `secrets`. */
function folderOfGlob(from: string, glob: string): string {
  const names = glob.split(/[\\/]/)
  const wild = names.findIndex((name) => /[*?[{!]/.test(name))
  return [from, ...(wild < 0 ? names : names.slice(0, wild))].join('/')
}

const compiled = new Map<string, Glob>()
const mostCompiled = 1_000

/** Rules are few and every call meets all of them, so compiled patterns are kept. */
function globOf(pattern: string, reading: GlobReading): Glob {
  const key = `${reading.strict}:${pattern}`
  const known = compiled.get(key)
  if (known) return known
  if (compiled.size >= mostCompiled) compiled.clear()
  const glob = compileGlob(pattern, reading)
  compiled.set(key, glob)
  return glob
}
