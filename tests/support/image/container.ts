import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exec } from '../../cluster/harness/exec.ts'
import { until } from '../until.ts'
import type { Unpacked } from './unpack.ts'

type Spec = {
  process: Record<string, unknown>
  root: { path: string; readonly: boolean }
  mounts: { destination: string; type: string; source: string; options: string[] }[]
  linux: { namespaces: { type: string }[] } & Record<string, unknown>
}

type Wanted = {
  /** Replaces entry point and command, as a pod's `command` does. */
  readonly command?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** By default the image's own. */
  readonly user?: number
  /** Folders of the machine by where the container sees them, writable. */
  readonly mounts?: Readonly<Record<string, string>>
}

const none: readonly string[] = []
const noCapabilities = { bounding: none, effective: none, permitted: none, ambient: none }

/** What Pod Security `restricted` and a read-only root leave of a container; it has the machine's network. */
function restrict(spec: Spec, { config, root }: Unpacked, wanted: Wanted): Spec {
  const user = wanted.user ?? Number(config.User?.split(':')[0] ?? 0)
  const args = wanted.command ?? [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])]
  const env = Object.entries(wanted.env ?? {}).map(([name, value]) => `${name}=${value}`)
  const binds = Object.entries(wanted.mounts ?? {}).map(([destination, source]) => ({
    ...{ destination, source, type: 'bind' },
    options: ['rbind', 'rw'],
  }))
  return {
    ...spec,
    process: {
      ...spec.process,
      terminal: false,
      user: { uid: user, gid: user },
      cwd: config.WorkingDir || '/',
      args,
      env: [...config.Env, ...env],
      capabilities: noCapabilities,
      noNewPrivileges: true,
    },
    root: { path: root, readonly: true },
    mounts: [...spec.mounts, ...binds],
    linux: {
      ...spec.linux,
      namespaces: spec.linux.namespaces.filter(({ type }) => type !== 'network'),
    },
  }
}

/** Runs an image by runc, without an engine. */
export async function startContainer(image: Unpacked, folder: string, wanted: Wanted = {}) {
  const id = `codelab-${randomBytes(6).toString('hex')}`
  const bundle = join(folder, id)
  await mkdir(bundle)
  await exec('runc', ['spec', '--bundle', bundle])
  const file = join(bundle, 'config.json')
  const spec = JSON.parse(await readFile(file, 'utf8')) as Spec
  await writeFile(file, JSON.stringify(restrict(spec, image, wanted)))
  const state = ['--root', join(folder, 'runc')]
  const child = spawn('runc', [...state, 'run', '--bundle', bundle, id])
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => void (said += text))
  const whenEnded = once(child, 'close').then(([code]) => code as number | null)
  const isThere = () =>
    exec('runc', [...state, 'state', id]).then(
      (text) => (JSON.parse(text) as { status: string }).status !== 'creating',
      () => false,
    )
  await until(
    () => `runc to start the container; it said: ${said}`,
    async () => child.exitCode !== null || (await isThere()),
  )
  return {
    said: () => said,
    whenEnded,
    /** Sends a signal to the container's first process and waits for its end. */
    async stop(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL' = 'SIGTERM') {
      // It may have ended on its own.
      await exec('runc', [...state, 'kill', id, signal]).catch(() => undefined)
      const code = await whenEnded
      await rm(bundle, { recursive: true, force: true })
      return code
    },
  }
}
export type Container = Awaited<ReturnType<typeof startContainer>>
