import { alwaysAsks } from '@codelab/contracts/always-ask'
import { runGit } from '../git/run-git.ts'
import { partsOf } from '../place/path-parts.ts'
import { linesOf } from '../text.ts'
import type { Run } from './tool.ts'

type GitRun = Run<'git.diff' | 'git.status' | 'git.log'>

const defaults = { diff: 2_000, status: 500, log: 20 }

const diffOptions = [
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--ignore-submodules=dirty',
  '--submodule=short',
  '--src-prefix=a/',
  '--dst-prefix=b/',
]

/** A path for git: only below the project folder, also when the repository is a larger one. */
const pathspec = (path = '.') => ['--', ['.', ...partsOf(path)].join('/')]

function firstLines(text: string, limit: number, what: string): string {
  const lines = linesOf(text)
  if (lines.length <= limit) return text
  return `${lines.slice(0, limit).join('')}[The first ${limit} of ${lines.length} ${what}. Narrow with path, or raise limit.]`
}

const sectionOf = /^diff --(?:git .* "?b|cc "?|combined "?)(?:\/)?(.*?)"?$/m

/** Secrets show only to a diff that names them, which a person was asked about. */
function withoutSecrets(text: string, path: string | undefined): string {
  if (path !== undefined && alwaysAsks('git.diff', { path })) return text
  return text
    .split(/^(?=diff --)/m)
    .map((section) => {
      const file = sectionOf.exec(section)?.[1]
      const guarded = file === undefined ? undefined : alwaysAsks('git.diff', { path: file })
      return guarded ? `[${file}: left out, ask for it by its path]\n` : section
    })
    .join('')
}

/** Changes against the index, or with `staged` of the index against the last commit; empty when there are none. */
export const gitDiff: GitRun = async (bench, { path, staged, limit = defaults.diff }, signal) => {
  const args = ['diff', ...diffOptions, ...(staged ? ['--cached'] : []), ...pathspec(path)]
  return firstLines(withoutSecrets(await runGit(bench, args, signal), path), limit, 'lines')
}

/** One changed file a line in git's short form; with `staged` only what is staged. */
export const gitStatus: GitRun = async (
  bench,
  { path, staged, limit = defaults.status },
  signal,
) => {
  const args = staged
    ? ['diff', ...diffOptions, '--cached', '--name-status', ...pathspec(path)]
    : ['status', '--porcelain=v1', '--ignore-submodules=dirty', '--no-renames', ...pathspec(path)]
  return firstLines(await runGit(bench, args, signal), limit, 'entries')
}

/** One commit a line: short hash, date, author, subject; newest first. */
export const gitLog: GitRun = async (bench, { path, limit = defaults.log }, signal) =>
  await runGit(
    bench,
    [
      'log',
      `--max-count=${limit}`,
      '--format=%h %ad %an: %s',
      '--date=iso-strict',
      '--no-color',
      '--no-show-signature',
      '--no-ext-diff',
      '--no-textconv',
      '--no-mailmap',
      ...pathspec(path),
    ],
    signal,
  )
