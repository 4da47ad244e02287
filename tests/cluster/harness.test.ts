import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { until } from '../support/until.ts'
import type { Cluster } from './harness/cluster.ts'
import { clusterImages } from './harness/cluster-images.ts'
import { openExistingCluster, usesExistingCluster } from './harness/existing-cluster.ts'
import { startCluster } from './harness/start-cluster.ts'

/** What later suites rely on, shown to be real. A cluster of KUBECONFIG is its owner's to test. */
const describeOwn = usesExistingCluster() ? describe.skip : describe
const startWithinMs = 120_000

const image = 'localhost/base:1'
const restricted = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  runAsUser: 10001,
  seccompProfile: { type: 'RuntimeDefault' },
}
const container = (script: string, more: object = {}) => ({
  name: 'main',
  image,
  imagePullPolicy: 'Never',
  command: ['node', '-e', script],
  securityContext: restricted,
  ...more,
})
const idle = 'process.on("SIGTERM", () => process.exit()); setInterval(() => {}, 1e6)'
const object = (kind: string, name: string, more: object) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, labels: { app: name } },
  ...more,
})

describeOwn('a cluster of our own', () => {
  let cluster: Cluster
  const namespace = 'harness'
  const kubectl = (args: readonly string[], input?: object) =>
    cluster.kubectl(
      [`--namespace=${namespace}`, ...args],
      input ? { input: JSON.stringify(input) } : {},
    )
  const apply = (input: object) => kubectl(['apply', '-f', '-'], input)
  const ready = (name: string) =>
    kubectl(['wait', '--for=condition=Ready', `pod/${name}`, '--timeout=20s'])
  const inPod = (name: string, script: string) =>
    kubectl(['exec', name, '--', 'node', '-e', script])

  beforeAll(async () => {
    cluster = await startCluster({ images: await clusterImages(), audit: true })
    await cluster.kubectl(['create', 'namespace', namespace])
    await kubectl([
      'label',
      'namespace',
      namespace,
      'pod-security.kubernetes.io/enforce=restricted',
    ])
    await until('the default service account', () =>
      kubectl(['get', 'serviceaccount', 'default']).catch(() => ''),
    )
  }, startWithinMs)
  afterAll(() => cluster?.down(), startWithinMs)

  test('a pod runs and answers behind a Service, by name inside and through a port of ours outside', async () => {
    const serve =
      'require("http").createServer((_, r) => r.end("hello from " + process.getuid())).listen(8080)'
    await apply(object('Pod', 'web', { spec: { containers: [container(serve)] } }))
    await apply(
      object('Service', 'web', {
        spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
      }),
    )
    await apply(object('Pod', 'client', { spec: { containers: [container(idle)] } }))
    await Promise.all([ready('web'), ready('client')])

    const fetchIt = `fetch("http://web.${namespace}.svc.cluster.local").then((r) => r.text()).then(console.log)`
    // A Service answers a moment after its pods are ready: its rules and its name follow by watch.
    expect(
      await until('the Service by its name', () => inPod('client', fetchIt).catch(() => '')),
    ).toBe('hello from 10001\n')

    const forward = await cluster.forward({ namespace, service: 'web', port: 80 })
    expect(await (await fetch(`http://127.0.0.1:${forward.port}`)).text()).toBe('hello from 10001')
    await forward.close()
    await expect(fetch(`http://127.0.0.1:${forward.port}`)).rejects.toThrow('fetch failed')
  })

  test('a program that is run inside reaches Services and the API server', async () => {
    const address = await kubectl(['get', 'service', 'web', '-o=jsonpath={.spec.clusterIP}'])
    const script = `fetch("http://${address}").then((r) => r.text()).then(console.log)`
    expect(await cluster.run(process.execPath, ['-e', script])).toBe('hello from 10001\n')
    const inside = await cluster.run('sh', ['-c', 'cat "$KUBECONFIG" && ip -brief address'])
    expect(inside).toContain('10.200.0.1')
    expect(inside).toContain('"client-certificate-data"')
  })

  test('a claim binds, belongs to the pod’s group and keeps its data when the pod is made again', async () => {
    await apply(
      object('PersistentVolumeClaim', 'data', {
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '1Gi' } },
        },
      }),
    )
    const pod = object('Pod', 'writer', {
      spec: {
        securityContext: { fsGroup: 10001 },
        containers: [container(idle, { volumeMounts: [{ name: 'data', mountPath: '/data' }] })],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
      },
    })
    await apply(pod)
    await ready('writer')
    await inPod('writer', 'fs.writeFileSync("/data/note", "kept")')
    await kubectl(['delete', 'pod', 'writer', '--wait'])
    await apply(pod)
    await ready('writer')
    expect(await inPod('writer', 'console.log(fs.readFileSync("/data/note", "utf8"))')).toBe(
      'kept\n',
    )

    const volume = await kubectl(['get', 'pvc', 'data', '-o=jsonpath={.spec.volumeName}'])
    await kubectl(['delete', 'pod/writer', 'pvc/data', '--wait'])
    await until('the volume to go with its claim', async () =>
      (await kubectl(['get', 'pv', '-o=name'])).includes(volume) ? undefined : true,
    )
    expect(await readdir(join(cluster.folder!, 'volumes'))).toEqual([])
  })

  test('a pod that runs as root is refused by Pod Security', async () => {
    const pod = object('Pod', 'root', {
      spec: { containers: [container(idle, { securityContext: { runAsUser: 0 } })] },
    })
    await expect(apply(pod)).rejects.toThrow(/violates PodSecurity "restricted.*runAsUser=0/s)
  })

  test('the API server goes away and comes back with all it knew, while pods run on', async () => {
    const forward = await cluster.forward({ namespace, service: 'web', port: 80 })
    await cluster.apiServer!.kill()
    await expect(kubectl(['get', 'pods', '--request-timeout=2s'])).rejects.toThrow()
    expect(await (await fetch(`http://127.0.0.1:${forward.port}`)).text()).toBe('hello from 10001')
    await cluster.apiServer!.start()
    expect(await kubectl(['get', 'pods', '-o=name'])).toContain('pod/web')
    await forward.close()
  })

  test('as the cluster of KUBECONFIG it is the same to a test', async () => {
    const before = process.env['KUBECONFIG']
    process.env['KUBECONFIG'] = cluster.kubeconfigPath
    try {
      const existing = await openExistingCluster()
      expect(await existing.kubectl(['get', 'nodes', '-o=name'])).toBe('node/node\n')
      const forward = await existing.forward({ namespace, service: 'web', port: 80 })
      expect(await (await fetch(`http://127.0.0.1:${forward.port}`)).text()).toBe(
        'hello from 10001',
      )
      const kubeconfig = await existing.kubeconfigFor({ namespace, serviceAccount: 'default' })
      expect(await existing.kubectl(['auth', 'whoami'], { kubeconfig })).toContain(
        'system:serviceaccount:harness:default',
      )
      await expect(existing.forward({ namespace, service: 'nobody', port: 80 })).rejects.toThrow(
        'services "nobody" not found',
      )
      await existing.down()
      await expect(fetch(`http://127.0.0.1:${forward.port}`)).rejects.toThrow('fetch failed')
      expect(await cluster.kubectl(['get', 'nodes', '-o=name'])).toBe('node/node\n')
    } finally {
      if (before === undefined) delete process.env['KUBECONFIG']
      else process.env['KUBECONFIG'] = before
    }
  })

  test('a service account is somebody of its own, with its own rights and its own name in the audit log', async () => {
    const kubeconfig = await cluster.kubeconfigFor({ namespace, serviceAccount: 'default' })
    await expect(
      cluster.kubectl(['get', 'secrets', `--namespace=${namespace}`], { kubeconfig }),
    ).rejects.toThrow(/system:serviceaccount:harness:default.*cannot list resource "secrets"/s)
    expect(await readFile(cluster.auditLog!, 'utf8')).toContain(
      '"username":"system:serviceaccount:harness:default"',
    )
  })
})

describeOwn('what is left of a cluster', () => {
  const harness = join(import.meta.dirname, 'harness')
  const startAndStay = `
    import { clusterImages } from '${harness}/cluster-images.ts'
    import { startCluster } from '${harness}/start-cluster.ts'
    const { folder } = await startCluster({ images: await clusterImages() })
    console.log(folder)`

  /** Everything in the system that carries the name of a cluster. */
  async function tracesOf(folder: string) {
    const name = basename(folder)
    const lines = async (path: string) =>
      (await readFile(path, 'utf8').catch(() => ''))
        .split('\n')
        .filter((line) => line.includes(name))
    const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))
    const hierarchies = await readdir('/sys/fs/cgroup')
    const groups = await Promise.all(
      ['.', ...hierarchies].map((each) =>
        readdir(join('/sys/fs/cgroup', each)).then(
          (names) => names.filter((found) => found === name),
          () => [],
        ),
      ),
    )
    return {
      processes: (await Promise.all(pids.map((pid) => lines(`/proc/${pid}/cmdline`)))).flat(),
      mounts: await lines('/proc/self/mountinfo'),
      groups: groups.flat(),
      folders: (await readdir(dirname(folder))).filter((found) => found === name),
    }
  }
  const nothing = { processes: [], mounts: [], groups: [], folders: [] }

  test(
    'nothing, after its owner was killed and another was started and stopped',
    async () => {
      const owner = spawn(process.execPath, ['--input-type=module', '-e', startAndStay], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [line] = (await once(owner.stdout, 'data')) as [Buffer]
      const killed = line.toString().trim()
      expect((await tracesOf(killed)).processes.length).toBeGreaterThan(8)
      owner.kill('SIGKILL')
      await until('the processes of the killed owner to end', async () =>
        (await tracesOf(killed)).processes.length === 0 ? true : undefined,
      )
      expect((await tracesOf(killed)).mounts).toEqual([])

      const next = await startCluster({ images: await clusterImages() })
      expect(await tracesOf(killed)).toEqual(nothing)
      await next.down()
      expect(await tracesOf(next.folder!)).toEqual(nothing)
    },
    2 * startWithinMs,
  )
})
