import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { until } from './until.ts'

const program = resolve(import.meta.dirname, '../../desktop-client/cli/bin/codelab.js')

type Options = {
  /** The project folder. */
  cwd: string
  /** Keeps tokens and the rest (CODELAB_HOME). */
  home: string
  input?: string
  env?: Record<string, string>
}

const environment = ({ home, env = {} }: Options) => ({
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  LANG: 'en_US.UTF-8',
  NO_COLOR: '1',
  CODELAB_HOME: home,
  ...env,
})

export type CliResult = { code: number | null; out: string; err: string }

/** Runs `codelab` as a script would, without a terminal. */
export function runCli(args: readonly string[], options: Options): Promise<CliResult> {
  return new Promise((settle) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: options.cwd,
      env: environment(options),
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    child.on('close', (code) => settle({ code, out, err }))
    child.stdin.end(options.input ?? '')
  })
}

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`

/** Runs `codelab` in a pseudo terminal (util-linux `script`), to be talked to as a person does. */
export function openTerminal(args: readonly string[], options: Options) {
  const command = [process.execPath, program, ...args].map(quoted).join(' ')
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd: options.cwd,
    env: { ...environment(options), TERM: 'xterm', COLUMNS: '100', LINES: '40' },
  })
  let screen = ''
  let code: number | null | undefined
  child.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()))
  child.on('close', (exit) => (code = exit))
  return {
    screen: () => screen,
    type: (keys: string) => void child.stdin.write(keys),
    /** Waits until the screen has shown the text since `from`. */
    shows: (text: string | RegExp, from = 0) =>
      until(
        () => `the terminal to show ${String(text)}; it shows ${screen.slice(-2_000)}`,
        () => {
          const seen = screen.slice(from)
          return typeof text === 'string' ? seen.includes(text) : text.test(seen)
        },
        15_000,
      ),
    exit: () => until('the terminal program to end', () => code !== undefined && { code }, 15_000),
    kill: () => void child.kill(),
  }
}
