import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { until } from '../support/until.ts'

const program = resolve(import.meta.dirname, '../../desktop-client/engine/src/main.ts')

/** The engine as the window starts it, with a home of its own; `entry` is the address that lets a page in, once. */
export async function startEngine({
  home,
  server,
  folder,
  env = {},
}: {
  home: string
  server: string
  folder?: string
  env?: Record<string, string>
}) {
  const child = spawn(
    process.execPath,
    ['--no-warnings', program, '--server', server, ...(folder ? [folder] : [])],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        CODELAB_HOME: home,
        LANG: 'en_US.UTF-8',
        CODELAB_KEYRING: 'off',
        ...env,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  )
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => void (text += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => void (text += chunk.toString()))
  const entries = () => [...text.matchAll(/^ENGINE_URL (\S+)$/gm)].map(([, url]) => url!)
  const exited = once(child, 'exit')
  const entry = await until('the engine’s address', () => {
    if (child.exitCode !== null) throw new Error(`the engine ended:\n${text}`)
    return entries()[0]
  })
  return {
    entry,
    output: () => text,
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
