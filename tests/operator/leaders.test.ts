import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { resources } from '@codelab/operator/kube/resources'
import { isWrite, readAudit } from '../cluster/harness/audit.ts'
import { type ControlPlane, startControlPlane } from '../cluster/harness/control-plane.ts'
import { type KubeApi, createKubeApi } from '../support/operator/kube-api.ts'
import { startOperator as startInTest } from '../support/operator/operator-in-test.ts'
import { type OperatorProcess, startOperator } from '../support/operator/operator-process.ts'
import { installDefinition, least } from '../support/operator/tenant.ts'
import { until } from '../support/until.ts'

/** Several operators of one lease, and an API server that goes away: there is never more than one who writes. */
const program = resolve(import.meta.dirname, '../../operator/src/main.ts')
const namespace = 'default'

let plane: ControlPlane
let api: KubeApi
let scratch: string
const running: { end(signal: 'SIGKILL'): Promise<void> }[] = []

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'codelab-leaders-'))
  plane = await startControlPlane({ audit: true })
  await installDefinition(plane)
  api = createKubeApi(plane.kubeconfigPath)
}, 60_000)
afterAll(async () => {
  await Promise.all(running.map((operator) => operator.end('SIGKILL')))
  await api.close()
  await plane.stop()
  await rm(scratch, { recursive: true, force: true })
}, 60_000)

/** Each signs in as somebody else, so that the audit log tells them apart. */
async function operatorOf(user: string): Promise<OperatorProcess> {
  const operator = await startOperator({
    program,
    kubeconfig: await plane.kubeconfigFor({ user, groups: ['system:masters'] }),
    name: user,
    logFile: join(scratch, `${user}.log`),
  })
  running.push(operator)
  return operator
}

const writesOf = async (user: string) => (await readAudit(plane.auditLog, { user })).filter(isWrite)
const isLease = ({ objectRef }: { objectRef?: { resource?: string } }) =>
  objectRef?.resource === 'leases'

const create = (name: string) =>
  api.create(resources.workspaces, namespace, { metadata: { name }, spec: least })
const settled = (name: string) =>
  until(
    `the status of ${name}`,
    async () => {
      const workspace = await api.get(resources.workspaces, namespace, name)
      return workspace?.['status']?.observedGeneration === workspace?.metadata.generation
    },
    60_000,
  )

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'one that ends by %s is followed by another, and only one of them ever writes',
  async (signal) => {
    const [old, next] = [`old-${signal.toLowerCase()}`, `next-${signal.toLowerCase()}`]
    const first = await operatorOf(old)
    await until('the first to lead', () => first.isLeading(), 60_000)
    const second = await operatorOf(next)
    await create(`before-${signal.toLowerCase()}`)
    await settled(`before-${signal.toLowerCase()}`)
    await create(`while-${signal.toLowerCase()}`)
    const from = performance.now()
    await first.end(signal)
    await until('the second to lead', () => second.isLeading(), 60_000)
    console.log(
      `${signal}: the other leads after ${((performance.now() - from) / 1_000).toFixed(2)} s`,
    )
    await settled(`while-${signal.toLowerCase()}`)
    await create(`after-${signal.toLowerCase()}`)
    await settled(`after-${signal.toLowerCase()}`)

    const took = (await writesOf(next)).find(
      (event) => isLease(event) && (event.responseStatus?.code ?? 500) < 300,
    )!
    const late = (await writesOf(old)).filter(
      (event) => event.requestReceivedTimestamp > took.requestReceivedTimestamp,
    )
    expect(late).toEqual([])
    const early = (await writesOf(next)).filter(
      (event) => !isLease(event) && event.requestReceivedTimestamp < took.requestReceivedTimestamp,
    )
    expect(early).toEqual([])
    await second.end('SIGTERM')
  },
  120_000,
)

const outageMs = 30_000

test('an API server that is away for 30 s, until the lease is lost: nothing is written twice, and all goes on when it is back', async () => {
  const operator = await startInTest({
    kubeconfig: await plane.kubeconfigFor({ user: 'outage', groups: ['system:masters'] }),
    home: namespace,
  })
  await create('outage')
  await settled('outage')
  await plane.apiServer.stop()
  const since = performance.now()
  await until(
    'the lease to be lost, and the outage to have lasted',
    () => operator.losses() > 0 && performance.now() - since > outageMs,
    60_000,
  )
  await plane.apiServer.start()
  await create('afterwards')
  await settled('afterwards')
  const created = (await writesOf('outage'))
    .filter(({ responseStatus, objectRef }) => responseStatus?.code === 201 && objectRef?.name)
    .map(({ objectRef }) => `${objectRef!.resource}/${objectRef!.name}`)
  expect(created.length).toBe(new Set(created).size)
  await operator.stop()
}, 180_000)
