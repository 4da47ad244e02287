import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { createTokenFiles } from '@codelab/engine/account/token-file'
import { until } from '../../support/until.ts'

const program = resolve(import.meta.dirname, '../../../desktop-client/cli/bin/codelab.js')

/** A person's machine: a home that is signed in, and a project folder. */
export async function createMachine(server: string) {
  const folder = await mkdtemp(join(tmpdir(), 'codelab-cli-'))
  const [home, project] = [join(folder, 'home'), join(folder, 'project')]
  await mkdir(project)
  const now = Date.now()
  await createTokenFiles(home).save(server, {
    access_token: 'token',
    received_at: now,
    expires_at: now + 3_600_000,
  })
  const env = (more: Record<string, string> = {}) => ({
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    TERM: 'xterm',
    LANG: 'C.UTF-8',
    CODELAB_HOME: home,
    CODELAB_SERVER: server,
    ...more,
  })
  return { home, project, env, remove: () => rm(folder, { recursive: true, force: true }) }
}
export type Machine = Awaited<ReturnType<typeof createMachine>>

/** Runs the client as a script would: no terminal anywhere. */
export async function runPlain(
  machine: Machine,
  args: readonly string[],
  { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {},
) {
  const child = spawn(process.execPath, [program, '--project', machine.project, ...args], {
    env: machine.env(env),
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => void (err += chunk.toString()))
  child.stdin.end(input)
  const code = new Promise<number | null>((settle) => child.once('close', settle))
  return {
    child,
    code,
    out: () => out,
    err: () => err,
  }
}

/** Runs the client in a pseudo-terminal (util-linux `script`), as a person sees it. */
export function openTerminal(
  machine: Machine,
  args: readonly string[],
  env: Record<string, string> = {},
) {
  const words = [process.execPath, program, '--project', machine.project, ...args]
  const command = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  const child = spawn('script', ['-qec', `exec ${command}`, '/dev/null'], { env: machine.env(env) })
  let raw = ''
  child.stdout.on('data', (chunk: Buffer) => void (raw += chunk.toString()))
  const code = new Promise<number | null>((settle) => child.once('close', settle))
  const text = () => stripVTControlCharacters(raw)
  let seen = 0
  return {
    code,
    raw: () => raw,
    text,
    type: (keys: string) => void child.stdin.write(keys),
    /** Waits for a text that has come since the last one that was waited for. */
    sees: async (what: string) => {
      const at = await until(
        `${JSON.stringify(what)} on the terminal, which shows ${JSON.stringify(text().slice(-400))}`,
        () => text().indexOf(what, seen) + 1,
      )
      seen = at - 1 + what.length
    },
    kill: () => child.kill('SIGKILL'),
  }
}
