import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from '../support/until.ts'
import { openAccess } from './harness/access.ts'
import { auditPosition, isWrite, readAudit } from './harness/audit.ts'
import { type ControlPlane, startControlPlane } from './harness/control-plane.ts'
import { usesExistingCluster } from './harness/existing-cluster.ts'

/** An API server without nodes, as the operator's tests use it. With a cluster of KUBECONFIG nobody needs it. */
const own = usesExistingCluster() ? test.skip : test
const startWithinMs = 60_000
const started: ControlPlane[] = []
const start = async (options: Parameters<typeof startControlPlane>[0]) => {
  const controlPlane = await startControlPlane(options)
  started.push(controlPlane)
  return controlPlane
}
afterEach(async () => {
  await Promise.all(started.splice(0).map((each) => each.stop()))
}, startWithinMs)

const configMap = (name: string) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })
const namesOf = async ({ kubectl }: Pick<ControlPlane, 'kubectl'>) =>
  (await kubectl(['get', 'configmaps', '-o=name'])).split('\n').filter(Boolean)

/** Command lines of processes that name a folder. */
async function processesOf(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  )
  return lines.filter((line) => line.includes(folder))
}

own(
  'two side by side know nothing of each other, and leave nothing',
  async () => {
    const [one, other] = await Promise.all([start({}), start({})])
    await one!.kubectl(['create', '-f', '-'], { input: configMap('mine') })
    expect(await namesOf(one!)).toContain('configmap/mine')
    expect(await namesOf(other!)).not.toContain('configmap/mine')
    await one!.stop()
    expect(await processesOf(one!.folder)).toEqual([])
    await expect(stat(one!.folder)).rejects.toThrow('ENOENT')
    expect(await namesOf(other!)).not.toContain('configmap/mine')
  },
  startWithinMs,
)

own(
  'an API server that was stopped or killed comes back at its address with all it knew',
  async () => {
    const controlPlane = await start({})
    await controlPlane.kubectl(['create', '-f', '-'], { input: configMap('kept') })
    for (const end of ['stop', 'kill'] as const) {
      await controlPlane.apiServer[end]()
      await expect(namesOf(controlPlane)).rejects.toThrow('refused')
      await controlPlane.apiServer.start()
      expect(await namesOf(controlPlane)).toContain('configmap/kept')
    }
  },
  startWithinMs,
)

own(
  'the audit log tells who wrote what, after a moment that the test chooses',
  async () => {
    const { kubectl, kubeconfigFor, kubeconfigPath, auditLog } = await start({ audit: true })
    await kubectl(['create', '-f', '-'], { input: configMap('before') })
    const from = await auditPosition(auditLog)
    const kubeconfig = await kubeconfigFor({ user: 'bob', groups: ['system:masters'] })
    await kubectl(['create', '-f', '-'], { input: configMap('of-bob'), kubeconfig })
    await kubectl(['get', 'configmaps'], { kubeconfig })
    // Another process of the suite has the same ways in.
    await (await openAccess(kubeconfigPath)).kubectl(['delete', 'configmap', 'before'])

    const ofBob = await readAudit(auditLog, { from, user: 'bob' })
    expect(ofBob.filter(isWrite)).toMatchObject([
      {
        verb: 'create',
        objectRef: { resource: 'configmaps', namespace: 'default', name: 'of-bob' },
        responseStatus: { code: 201 },
      },
    ])
    expect(ofBob.map(({ verb }) => verb)).toContain('list')
    const ofAdmin = await readAudit(auditLog, { from, user: 'admin', namespace: 'default' })
    expect(ofAdmin.filter(isWrite).map(({ verb }) => verb)).toEqual(['delete'])
  },
  startWithinMs,
)

own(
  'with the controller-manager, what an owner leaves is collected and a namespace goes',
  async () => {
    const { kubectl } = await start({ controllerManager: true })
    await kubectl(['create', 'namespace', 'team'])
    await kubectl(['create', '-f', '-', '--namespace=team'], { input: configMap('owner') })
    const uid = await kubectl([
      'get',
      'configmap/owner',
      '--namespace=team',
      '-o=jsonpath={.metadata.uid}',
    ])
    await kubectl(['create', '-f', '-', '--namespace=team'], {
      input: JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: 'owned',
          ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }],
        },
      }),
    })
    await kubectl(['delete', 'configmap/owner', '--namespace=team'])
    await kubectl(['wait', '--for=delete', 'configmap/owned', '--namespace=team', '--timeout=20s'])
    await kubectl(['delete', 'namespace', 'team', '--timeout=20s'])
  },
  startWithinMs,
)

own('a component that cannot start says why, and nothing stays', async () => {
  await expect(startControlPlane({ apiServerFlags: ['--no-such-flag'] })).rejects.toThrow(
    /kube-apiserver ended; the end of .*kube-apiserver\.log:.*unknown flag: --no-such-flag/s,
  )
})

own(
  'everything ends with its owner, even when that is killed',
  async () => {
    const script = `
    import { startControlPlane } from '${join(import.meta.dirname, 'harness/control-plane.ts')}'
    console.log((await startControlPlane({ controllerManager: true })).folder)`
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(owner.stdout, 'data')) as [Buffer]
    const folder = line.toString().trim()
    expect(await processesOf(folder)).toHaveLength(3)
    owner.kill('SIGKILL')
    await until('the programs to end', async () => (await processesOf(folder)).length === 0)
    await rm(folder, { recursive: true })
  },
  startWithinMs,
)
