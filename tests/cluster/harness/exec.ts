import { spawn } from 'node:child_process'
import { withOwner } from './with-owner.ts'

type Options = {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Given to the program's standard input; without it that is empty. */
  readonly input?: string
  readonly withinMs?: number
}

/** Of a program that failed: what it was, how it ended and what it said last. */
export class ExecFailure extends Error {
  override readonly name = 'ExecFailure'
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null

  constructor(what: string, output: { stdout: string; stderr: string; code: number | null }) {
    const said = (output.stderr || output.stdout).trim().split('\n').slice(-12).join('\n')
    super(`${what}: ${said || 'it said nothing'}`)
    this.stdout = output.stdout
    this.stderr = output.stderr
    this.code = output.code
  }
}

/** Runs a program to its end and answers what it wrote; anything but exit code 0 is an `ExecFailure`. */
export function exec(
  command: string,
  args: readonly string[],
  { cwd, env = {}, input = '', withinMs = 120_000 }: Options = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const [program, line] = withOwner(command, args)
    const child = spawn(program, line, { cwd, env: { ...process.env, ...env } })
    const output = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => void (output[name] += text))
    let late = false
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, withinMs)
    // A program that ends without reading its input breaks the pipe; its exit code says what happened.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (code === 0) return resolve(output.stdout)
      const end = late ? `took longer than ${withinMs} ms` : `ended with ${signal ?? code}`
      reject(new ExecFailure(`${command} ${args.join(' ')} ${end}`, { ...output, code }))
    })
  })
}
