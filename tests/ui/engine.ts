import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { z } from 'zod'
import type { ShellCommand } from '@codelab/contracts/engine-ui/shell'
import { until } from '../support/until.ts'

/** A start reads hundreds of files: where much else runs that takes its time. */
const startsWithinMs = 60_000

const program = resolve(import.meta.dirname, '../../desktop-client/engine/src/main.ts')

/** The engine as the window starts it, with a home of its own; `entry` is the address that lets a page in, once. */
export async function startEngine({
  home,
  server,
  folder,
  env = {},
  inside = [],
}: {
  home: string
  server: string
  folder?: string
  env?: Record<string, string>
  /** Words before the engine's own: a program that makes its surroundings and then becomes the engine. */
  inside?: readonly string[]
}) {
  const own = ['--no-warnings', program, '--server', server, ...(folder ? [folder] : [])]
  const [command = '', ...args] = [...inside, process.execPath, ...own]
  const child = spawn(command, args, {
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      CODELAB_HOME: home,
      LANG: 'en_US.UTF-8',
      CODELAB_KEYRING: 'off',
      CODELAB_UI: process.env['CODELAB_UI'],
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => void (text += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => void (text += chunk.toString()))
  const entries = () => [...text.matchAll(/^ENGINE_URL (\S+)$/gm)].map(([, url]) => url!)
  const exited = once(child, 'exit')
  const entry = await until(
    'the engine’s address',
    () => {
      if (child.exitCode !== null) throw new Error(`the engine ended:\n${text}`)
      return entries()[0]
    },
    startsWithinMs,
  )
  return {
    entry,
    pid: child.pid!,
    output: () => text,
    /** What the window tells its engine, as a line of its own. */
    tell: (command: z.input<typeof ShellCommand>) =>
      void child.stdin.write(`${JSON.stringify(command)}\n`),
    /** Another address, for another page. */
    async newEntry(): Promise<string> {
      const known = entries().length
      child.stdin.write(`${JSON.stringify({ type: 'entry' })}\n`)
      return until('another address', () => entries()[known])
    },
    async stop(): Promise<void> {
      child.stdin.end()
      await exited
    },
  }
}
