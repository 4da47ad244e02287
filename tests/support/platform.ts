import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import type { Ready } from '@codelab/standalone/announce'

const root = resolve(import.meta.dirname, '../..')

export type StartedPlatform = {
  readonly ready: Ready
  readonly data: string
  readonly pid: number
  /** All that was printed so far, both channels. */
  output(): string
  /** Sends the signal, waits for the end and gives the exit code; the data folder stays. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  /** Stops and removes the data folder. */
  remove(): Promise<void>
}

type Options = { env?: Record<string, string>; args?: readonly string[]; data?: string }

/** Keys of the person who runs the tests must not reach the product under test. */
export const cleanEnvironment = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(OPENAI|ANTHROPIC|OLLAMA|CODELAB|LLM|BREAKER|TEST)_|^(DATABASE|REDIS)_URL$|^NODE_OPTIONS$/.test(
          name,
        ),
    ),
  )

/** The line behind `npm start`; it ends in `exec`, so that the shell's process becomes the product's. */
const startLine = (
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } }
).scripts.start

export function spawnPlatform({ env = {}, args = [], data }: Options & { data: string }) {
  const flags = [
    '--headless',
    '--data',
    data,
    ...['gateway', 'agent', 'llm-proxy', 'auth'].flatMap((name) => [`--${name}-port`, '0']),
  ]
  const child = spawn('/bin/sh', ['-c', `${startLine} "$@"`, 'sh', ...flags, ...args], {
    cwd: root,
    env: {
      ...cleanEnvironment(),
      OLLAMA_BASE_URL: 'http://127.0.0.1:1',
      ...env,
      PATH: [join(root, 'node_modules/.bin'), env['PATH'] ?? process.env['PATH']].join(delimiter),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const collect = (chunk: Buffer) => void (text += chunk.toString())
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  return { child, output: () => text }
}

/** Runs what `npm start` runs, with free ports and a data folder of its own, until its `ready` line. */
export async function startPlatform(options: Options = {}): Promise<StartedPlatform> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'codelab-')))
  const { child, output } = spawnPlatform({ ...options, data })
  const exited = once(child, 'exit') as Promise<[number | null]>
  const ready = new Promise<Ready>((settle) => {
    child.stdout.on('data', () => {
      const line = /^ready (\{.*\})$/m.exec(output())?.[1]
      if (line) settle(JSON.parse(line) as Ready)
    })
  })
  const first = await Promise.race([ready, exited.then(([code]) => code)])
  if (first === null || typeof first !== 'object')
    throw new Error(`the platform ended with ${String(first)}:\n${output()}`)
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    return (await exited)[0]
  }
  return {
    ready: first,
    data,
    pid: child.pid!,
    output,
    stop,
    remove: async () => {
      await stop()
      await rm(data, { recursive: true, force: true })
    },
  }
}
