import { ToolFailure, systemCode } from '../tool-failure.ts'
import { carefulGit } from '../program/environment.ts'
import { runProgram } from '../program/run-program.ts'
import { withFolder } from './with-folder.ts'
import type { Run } from './tool.ts'

const defaultTimeout = 60
/** Two streams of this, each byte six bytes of JSON at worst, stay below what a result may have. */
const keep = { head: 32 * 1024, tail: 40 * 1024 }
const shownOnTimeout = 4_000

/** The time limit of a command in seconds. */
export const timeoutOf = ({
  timeout_s: seconds = defaultTimeout,
}: {
  timeout_s?: number | undefined
}): number => seconds

function startFailure(error: unknown, program: string): ToolFailure {
  const code = systemCode(error)
  const why =
    code === 'ENOENT'
      ? 'there is no such program on the PATH or in the folder'
      : code === 'EACCES'
        ? 'it is not executable, or access is denied'
        : `the system answered ${code ?? 'an error'}`
  return new ToolFailure('command_failed', `${program} could not be started: ${why}.`, error)
}

const refusedWithout = (reason: string) =>
  new ToolFailure(
    'command_failed',
    `Nothing was run: the settings of this machine want programs in a sandbox, and ${reason}.`,
  )

/** The sandbox's own words where it could not start the program. */
const notStarted = /^bwrap: execvp .*: (.+)\n$/

const noteOf = ({ network }: { readonly network: boolean }) =>
  `It ran in a sandbox: only the project folder can be changed, the rest of the home is hidden${network ? '' : ', there is no network'}.`

/**
 * Runs a program without a shell in a folder of the project, with a cleaned environment and no input. A program that ran answers its
 * exit code (null when a signal ended it), whatever the code; of long output the beginning and the end.
 */
export const executeCommand: Run<'execute_command'> = async (bench, args, signal) => {
  const { argv, cwd = '.' } = args
  const program = argv[0] ?? ''
  if (argv.some((argument) => argument.includes('\0')) || program === '') {
    throw new ToolFailure(
      'invalid_arguments',
      'argv must name a program and hold no NUL character.',
    )
  }
  const seconds = timeoutOf(args)
  return await withFolder(bench, cwd, async (folder, parts) => {
    const real = [bench.root, ...parts].join('/')
    const environment = { ...bench.environment, ...carefulGit, PWD: real }
    const state = await bench.sandbox.state()
    if (state.kind === 'none' && state.refused) throw refusedWithout(state.reason)
    const where = { root: bench.root, cwd: real, environment, argv }
    const around = state.kind === 'none' ? undefined : await bench.sandbox.wrap(where)
    await folder.confirm()
    const end = await runProgram({
      argv: around ? [around.program, ...around.arguments, ...argv] : argv,
      cwd: folder.at,
      environment,
      timeoutMs: seconds * 1000,
      signal,
      keep,
    }).catch((error: unknown) => {
      throw systemCode(error) === undefined ? error : startFailure(error, program)
    })
    if (end.stopped === 'aborted') {
      throw new ToolFailure('cancelled', `${program} was stopped because the call was cancelled.`)
    }
    const [stdout, stderr] = [end.stdout.text(), end.stderr.text()]
    if (end.stopped === 'timeout') {
      const said = `${stdout}${stderr}`.slice(-shownOnTimeout)
      throw new ToolFailure(
        'command_timeout',
        `${program} did not end within ${seconds} s and was stopped.${said ? ` It last said:\n${said}` : ''}`,
      )
    }
    const why = around && end.exitCode === 1 && stdout === '' ? notStarted.exec(stderr) : undefined
    if (why) throw new ToolFailure('command_failed', `${program} could not be started: ${why[1]}.`)
    const note = state.kind !== 'none' && end.exitCode !== 0 ? { note: noteOf(state) } : {}
    return {
      ...note,
      exit_code: end.exitCode,
      ...(end.signal && { signal: end.signal }),
      stdout,
      stderr,
    }
  })
}
