import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '@codelab/standalone/stores/free-port'
import { type Access, createAccess } from './access.ts'
import {
  type ApiServerOptions,
  type Place,
  prepareApiServer,
  startApiServer,
  startEtcd,
} from './api-server.ts'
import { startControllerManager } from './component.ts'
import { createPki, type Pki } from './pki.ts'
import { type Enter, type Program, untilReady } from './program.ts'
import { programFolder } from './programs.ts'

export type ControlPlaneOptions = {
  /** Gets all state and the logs of the components; a new one below the system's temporary folder when none is given. */
  readonly folder?: string
  /** Needed where garbage collection, namespace deletion, service accounts or Deployments matter. */
  readonly controllerManager?: boolean
  /** Writes `auditLog`. */
  readonly audit?: boolean
  readonly apiServerFlags?: readonly string[]
}

export type ControlPlane = Access & {
  readonly folder: string
  /** An outage: `stop` or `kill`, then `start`, at the same address. */
  readonly apiServer: { stop(): Promise<void>; kill(): Promise<void>; start(): Promise<void> }
  /** Ends every program and removes the folder, unless it was given. */
  stop(): Promise<void>
}

/** Somewhere else than on the machine itself: inside a cluster's namespaces. */
export type Elsewhere = {
  readonly enter: Enter
  readonly nodeAddress: string
  readonly ports: Place['ports'] & { readonly controllerManager: number }
  /** The API server's address out here. */
  readonly url: string
}

/** Asks the API server as its administrator; false when it does not answer, or not with 200. */
function createProbe(url: string, pki: Pki) {
  const { cert, key } = pki.issue({ common: 'admin', organizations: ['system:masters'] })
  const agent = new Agent({ ca: pki.authority, cert, key, keepAlive: false })
  return (path: string) =>
    new Promise<boolean>((resolve) => {
      const asked = request(new URL(path, url), { agent, timeout: 2_000 }, (reply) => {
        reply.resume()
        resolve(reply.statusCode === 200)
      })
      asked.on('timeout', () => asked.destroy())
      asked.on('error', () => resolve(false))
      asked.end()
    })
}

async function placeOf(folder: string, pki: Pki, elsewhere?: Elsewhere) {
  const bin = await programFolder('kubernetes')
  if (elsewhere) {
    const { enter, nodeAddress, ports, url } = elsewhere
    return {
      place: { folder, bin, pki, enter, ports, nodeAddress },
      url,
      managerPort: ports.controllerManager,
    }
  }
  const [etcd, etcdPeer, api, manager] = await freePorts(4)
  return {
    place: { folder, bin, pki, enter: [], ports: { etcd: etcd!, etcdPeer: etcdPeer!, api: api! } },
    url: `https://127.0.0.1:${api}`,
    managerPort: manager!,
  }
}

/** The API server, which a test may take away for a while. */
function createApiServer(place: Place, options: ApiServerOptions, ready: () => Promise<boolean>) {
  let current: Program | undefined
  return {
    stop: async () => current?.stop(),
    kill: async () => current?.kill(),
    async start() {
      current = startApiServer(place, options)
      await untilReady(current, ready)
    },
  }
}

/** Starts etcd and a real API server, and more on request; as many side by side as there is memory for. */
export async function startControlPlane(
  options: ControlPlaneOptions = {},
  elsewhere?: Elsewhere,
): Promise<ControlPlane & { readonly place: Place }> {
  const { controllerManager = false, audit = false, apiServerFlags: flags = [] } = options
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'codelab-control-plane-')))
  await mkdir(folder, { recursive: true })
  const pki = await createPki(join(folder, 'pki'))
  const { place, url, managerPort } = await placeOf(folder, pki, elsewhere)
  const probe = createProbe(url, pki)
  const apiServer = createApiServer(
    place,
    { audit, serviceAccounts: controllerManager, flags },
    // Right after /readyz the namespace that everybody uses may still be missing.
    async () => (await probe('/readyz')) && (await probe('/api/v1/namespaces/default')),
  )
  const programs: Program[] = []
  const stop = async () => {
    await Promise.all(programs.map((program) => program.stop()))
    await apiServer.stop()
    await etcd.stop()
    if (!options.folder) await rm(folder, { recursive: true, force: true })
  }
  const etcd = startEtcd(place)
  try {
    await prepareApiServer(place)
    await Promise.all([
      apiServer.start(),
      // It waits for the API server on its own.
      ...(controllerManager
        ? [startControllerManager(place, managerPort).then((each) => programs.push(each))]
        : []),
    ])
    for (const manager of programs)
      await untilReady(manager, () => probe('/api/v1/namespaces/default/serviceaccounts/default'))
    const access = await createAccess({ folder, url, pki })
    return { ...access, folder, place, apiServer, stop }
  } catch (error) {
    if (!etcd.isRunning()) {
      const said = await readFile(etcd.logFile, 'utf8')
      await stop()
      throw new Error(`etcd ended: ${said.trim().split('\n').at(-1)}`, { cause: error })
    }
    await stop()
    throw error
  }
}
