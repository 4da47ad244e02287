import { mkdir, readdir, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { createCgroups, sweepCgroups } from './cgroups.ts'
import type { Cluster, ClusterOptions } from './cluster.ts'
import { startScheduler } from './component.ts'
import { type ControlPlane, startControlPlane } from './control-plane.ts'
import { createDoor, type Door } from './door.ts'
import { dnsObjects } from './dns.ts'
import { exec } from './exec.ts'
import { nodeName, startKubelet, startProxy } from './node.ts'
import { keepLogs } from './keep-logs.ts'
import { isAbandoned, ownedName } from './owner.ts'
import type { Place } from './api-server.ts'
import { untilReady } from './program.ts'
import { startRuntime } from './runtime.ts'
import { createSandbox, type Sandbox } from './sandbox.ts'
import { startVolumes, storageClass } from './volumes.ts'

const nodeAddress = '10.200.0.1'
const defaultParent = resolve(import.meta.dirname, '../../../.cache/test')

/** What clusters of owners that died left behind: their processes, mounts and networks ended with them. */
async function sweep(parent: string): Promise<void> {
  await sweepCgroups()
  for (const name of await readdir(parent))
    if (await isAbandoned(name)) await rm(join(parent, name), { recursive: true, force: true })
}

type Step = () => Promise<unknown>

/** Undoes in the opposite order; every step is tried, and the first failure is told. */
async function undo(steps: Step[]): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps.splice(0).reverse())
    await step().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

const list = (items: readonly object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })

/** The kubelet tells the API server of its node when it can, and that it is ready some time later. */
const nodeIsReady = async ({ kubectl }: ControlPlane) => {
  const status = '{.status.conditions[?(@.type=="Ready")].status}'
  const read = ['get', 'node', nodeName, '--ignore-not-found', `--output=jsonpath=${status}`]
  return (await kubectl(read)) === 'True'
}

/** What every cluster has from the start. */
async function furnish({ kubectl }: ControlPlane): Promise<void> {
  await kubectl(['apply', '--server-side', '-f', '-'], {
    input: list([...dnsObjects, storageClass]),
  })
  await kubectl([
    'rollout',
    'status',
    'deployment/coredns',
    '--namespace=kube-system',
    '--timeout=60s',
  ])
}

/** The API server listens on the same port number inside and out here, so one configuration serves both. */
async function startInside(
  sandbox: Sandbox,
  door: Door,
  { folder, audit }: { folder: string; audit: boolean },
): Promise<ControlPlane & { readonly place: Place }> {
  const { port } = await door.open((own) => `127.0.0.1:${own}`)
  return startControlPlane(
    { folder: join(folder, 'control-plane'), controllerManager: true, audit },
    {
      enter: sandbox.enter,
      nodeAddress,
      ports: { etcd: 2379, etcdPeer: 2380, controllerManager: 10257, api: port },
      url: `https://127.0.0.1:${port}`,
    },
  )
}

async function assemble(
  { folder, name, images, audit = false }: ClusterOptions & { folder: string; name: string },
  undos: Step[],
): Promise<Cluster> {
  for (const each of ['cni', 'volumes']) await mkdir(join(folder, each), { recursive: true })
  undos.push(
    () => rm(folder, { recursive: true, force: true }),
    () => keepLogs(folder, join(dirname(folder), 'cluster-logs')),
  )
  const cgroups = await createCgroups(name)
  undos.push(() => cgroups.remove())
  const sandbox = await createSandbox(folder, nodeAddress)
  undos.push(() => sandbox.destroy())
  const door = await createDoor(folder, sandbox)
  undos.push(() => door.close())

  const [controlPlane, runtime] = await Promise.all([
    startInside(sandbox, door, { folder, audit }),
    startRuntime(folder, sandbox).then(async (each) => {
      await each.importImages(images)
      return each
    }),
  ])
  const { place, kubectl, kubeconfigPath } = controlPlane
  await startScheduler(place, 10259)
  const kubelet = await startKubelet(place, cgroups)
  await startProxy(place)
  const volumes = startVolumes(kubeconfigPath, folder)
  undos.push(() => volumes.stop())
  await untilReady(kubelet, () => nodeIsReady(controlPlane), 120_000)
  await furnish(controlPlane)

  const [enter, ...into] = sandbox.enter
  return {
    kubeconfigPath,
    kubectl,
    kubeconfigFor: controlPlane.kubeconfigFor,
    apiServer: controlPlane.apiServer,
    auditLog: controlPlane.auditLog,
    folder,
    importImages: (archives) => runtime.importImages(archives),
    forward: (target) => door.openTo(kubectl, target),
    run: (command, args, { env, ...options } = {}) =>
      exec(enter!, [...into, command, ...args], {
        ...options,
        env: { ...env, KUBECONFIG: kubeconfigPath },
      }),
    down: () => undo(undos),
  }
}

/** Starts a cluster with one node inside namespaces of its own: nothing that happens in it can leave the machine, or stay. */
export async function startNodeCluster(options: ClusterOptions): Promise<Cluster> {
  const { parent = defaultParent } = options
  await mkdir(parent, { recursive: true })
  await sweep(parent)
  const name = await ownedName()
  const undos: Step[] = []
  try {
    return await assemble({ ...options, folder: join(parent, name), name }, undos)
  } catch (error) {
    await undo(undos).catch(() => undefined)
    throw error
  }
}
