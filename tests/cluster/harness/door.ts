import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Target } from './cluster.ts'
import { type Forward, forwardThrough } from './forward.ts'
import type { Kubectl } from './kubectl.ts'
import { startProgram, untilReady } from './program.ts'
import type { Sandbox } from './sandbox.ts'

/** The one way for connections from here into a cluster's network. */
export type Door = {
  /** A port here that leads to an address in there. */
  open(target: (ownPort: number) => string | Promise<string>): Promise<Forward>
  openTo(kubectl: Kubectl, target: Target): Promise<Forward>
  close(): Promise<void>
}

const socket = '/run/relay.sock'

/** Through a Service’s own address, as a client in the cluster would. */
async function addressOf(kubectl: Kubectl, target: Target): Promise<string> {
  const read = (kind: string, name: string, path: string) =>
    kubectl(['get', kind, name, `--namespace=${target.namespace}`, `-o=jsonpath={${path}}`])
  const host =
    'pod' in target
      ? await read('pod', target.pod, '.status.podIP')
      : await read('service', target.service, '.spec.clusterIP')
  if (host === 'None' || host === '')
    throw new Error(`${JSON.stringify(target)} has no address: name a pod that runs`)
  return `${host}:${target.port}`
}

/** Starts the relay inside the sandbox. */
export async function createDoor(folder: string, sandbox: Sandbox): Promise<Door> {
  const relay = startProgram({
    name: 'relay',
    command: process.execPath,
    args: ['--no-warnings', join(import.meta.dirname, 'relay.ts'), socket],
    logFile: join(folder, 'relay.log'),
    enter: sandbox.enter,
  })
  const path = sandbox.pathInside(socket)
  await untilReady(relay, () =>
    stat(path).then(
      () => true,
      () => false,
    ),
  )
  const forwards: Forward[] = []
  const open: Door['open'] = async (target) => {
    const forward = await forwardThrough(path, target)
    forwards.push(forward)
    return forward
  }
  return {
    open,
    async openTo(kubectl, target) {
      const address = await addressOf(kubectl, target)
      return open(() => address)
    },
    async close() {
      for (const forward of forwards) await forward.close()
    },
  }
}
