import type { KeptOutput } from '../program/kept-output.ts'
import { type ProgramEnd, runProgram } from '../program/run-program.ts'
import { systemCode, ToolFailure } from '../tool-failure.ts'
import type { Bench } from '../tools/tool.ts'
import { withFolder } from '../tools/with-folder.ts'
import { findRepository, type Repository } from './find-repository.ts'

const timeoutMs = 30_000
const keep = { head: 700 * 1024, tail: 0 }

/** Settings that could start a program, each turned off; git takes these before any file. */
const harmless: readonly (readonly [key: string, value: string])[] = [
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.pager', 'cat'],
  ['core.sshCommand', 'false'],
  ['core.askPass', ''],
  ['core.editor', 'false'],
  ['core.quotePath', 'false'],
  ['credential.helper', ''],
  ['diff.external', ''],
  ['diff.submodule', 'short'],
  ['log.showSignature', 'false'],
  ['log.mailmap', 'false'],
  ['gpg.program', 'false'],
  ['gpg.openpgp.program', 'false'],
  ['gpg.ssh.program', 'false'],
  ['gpg.ssh.defaultKeyCommand', ''],
  ['gpg.x509.program', 'false'],
  ['status.submoduleSummary', 'false'],
  ['submodule.recurse', 'false'],
  ['protocol.allow', 'never'],
  ['maintenance.auto', 'false'],
  ['gc.auto', '0'],
]

const environmentFor = (
  bench: Bench,
  { workTree, gitFolder }: Repository,
  settings: readonly (readonly [string, string])[],
): Record<string, string> => ({
  ...bench.environment,
  LC_ALL: 'C.UTF-8',
  GIT_DIR: gitFolder,
  GIT_WORK_TREE: workTree,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_PAGER: 'cat',
  GIT_CONFIG_COUNT: String(settings.length),
  ...Object.fromEntries(
    settings.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ),
})

async function start(
  bench: Bench,
  environment: Record<string, string>,
  args: readonly string[],
  signal: AbortSignal,
): Promise<ProgramEnd> {
  return await withFolder(bench, '.', async (root) =>
    runProgram({
      argv: ['git', '--no-pager', ...args],
      cwd: root.at,
      environment,
      timeoutMs,
      signal,
      keep,
    }).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error
      throw new ToolFailure('git_failed', 'git is not installed, or not on the PATH.', error)
    }),
  )
}

/** Variables of the environment speak of settings since git 2.31; an older git would read the repository's. */
const oldest = [2, 31] as const
/** Looked at once for each opened project. */
const newEnough = new WeakSet<Bench>()

async function assertNewEnough(bench: Bench, signal: AbortSignal): Promise<void> {
  if (newEnough.has(bench)) return
  const { stdout } = await start(bench, { ...bench.environment }, ['version'], signal)
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(stdout.text()) ?? []
  const [wantedMajor, wantedMinor] = oldest
  const older =
    Number(major) < wantedMajor || (Number(major) === wantedMajor && Number(minor) < wantedMinor)
  if (older) {
    throw new ToolFailure('git_failed', `git ${oldest.join('.')} or newer is needed here.`)
  }
  newEnough.add(bench)
}

/** Names of filters and diff drivers are free, so each that is set anywhere is turned off by its name. */
async function driversOff(
  bench: Bench,
  repository: Repository,
  signal: AbortSignal,
): Promise<[string, string][]> {
  const { exitCode, stdout, stderr } = await start(
    bench,
    environmentFor(bench, repository, harmless),
    ['config', '--null', '--name-only', '--list'],
    signal,
  )
  if (exitCode !== 0) throw failed(stderr.text())
  const listed = stdout.bytes().toString('utf8')
  // A name that this program cannot say exactly could not be turned off.
  if (stdout.total > keep.head || listed.includes('\ufffd')) {
    throw failed('the settings of this repository hold names that cannot be read')
  }
  const keys = listed.split('\0').filter(Boolean)
  return keys.flatMap((key): [string, string][] => {
    if (/^filter\..*\.required$/s.test(key)) return [[key, 'false']]
    if (
      /^(filter\..*\.(clean|smudge|process)|diff\..*\.(command|textconv)|remote\..*\.(uploadpack|vcs))$/s.test(
        key,
      )
    )
      return [[key, '']]
    return /^remote\..*\.promisor$/s.test(key) ? [[key, 'false']] : []
  })
}

const failed = (said: string) =>
  new ToolFailure('git_failed', `git failed: ${said.trim().slice(0, 1_000) || 'no reason given'}`)

/** What git printed, as text. */
export const runGit = async (
  bench: Bench,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> => (await printedByGit(bench, args, signal)).text()

/**
 * Runs git in the project and answers what it printed, at most 700 KiB. Nothing that the repository's settings or attributes name is started,
 * nothing is fetched, written or asked for. Throws git_failed with git's own words.
 */
export async function printedByGit(
  bench: Bench,
  args: readonly string[],
  signal: AbortSignal,
): Promise<KeptOutput> {
  const repository = await findRepository(bench.root)
  await assertNewEnough(bench, signal)
  const settings = [...harmless, ...(await driversOff(bench, repository, signal))]
  const end = await start(bench, environmentFor(bench, repository, settings), args, signal)
  if (end.stopped === 'aborted') throw new ToolFailure('cancelled', 'git was stopped: cancelled.')
  if (end.stopped)
    throw new ToolFailure('git_failed', `git took longer than ${timeoutMs / 1000} s.`)
  if (end.exitCode !== 0) throw failed(end.stderr.text())
  return end.stdout
}
