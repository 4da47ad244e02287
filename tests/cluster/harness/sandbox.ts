import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Enter, type Program, startProgram, untilReady } from './program.ts'

/** Network, mount and process namespaces of one cluster. */
export type Sandbox = {
  /** What comes before a command that is to run inside. */
  readonly enter: Enter
  /** Where a path of the inside is found from here. */
  pathInside(path: string): string
  program: Program
  /** Ends every process inside, however deep; mounts and the network go with the last one. */
  destroy(): Promise<void>
}

const namespaces = ['--mount', '--net', '--pid'] as const

/** Makes the namespaces, with a node address that leads nowhere. */
export async function createSandbox(folder: string, nodeAddress: string): Promise<Sandbox> {
  const program = startProgram({
    name: 'sandbox',
    enter: ['unshare', ...namespaces, '--fork', '--mount-proc', '--kill-child=SIGKILL', '--'],
    command: 'sh',
    args: [join(import.meta.dirname, 'sandbox.sh'), folder, nodeAddress],
    logFile: join(folder, 'sandbox.log'),
  })
  const rootOf = (pid: number | undefined) => `/proc/${pid}/root`
  const isReady = async () => {
    const pid = await program.pid()
    return stat(`${rootOf(pid)}/run/sandbox-is-ready`).then(
      () => true,
      () => false,
    )
  }
  await untilReady(program, isReady)
  const pid = await program.pid()
  return {
    enter: ['nsenter', `--target=${pid}`, ...namespaces, '--'],
    pathInside: (path) => `${rootOf(pid)}${path}`,
    program,
    destroy: () => program.kill(),
  }
}
