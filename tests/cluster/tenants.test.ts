import { jest } from '@jest/globals'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { signIn } from '../support/socket.ts'
import { until } from '../support/until.ts'
import { startExternalStores } from './external-stores.ts'
import { type Installed, installOperator, modelAddress, workspaceChart } from './installed.ts'
import { operatorComplaints } from './operator-log.ts'
import { createPerson, type Person } from './person.ts'
import { startVisits } from './visitors.ts'
import { type WorkspaceHandle, workspaceIn } from './workspaces.ts'

/** Two tenants of one cluster, from `helm install` to their end, as platform team and developers see it. */
jest.setTimeout(240_000)

let installed: Installed
let acme: WorkspaceHandle
let umbra: WorkspaceHandle
let person: Person
let gateway: string
let began: number

const seconds = () => ((performance.now() - began) / 1_000).toFixed(1)

beforeAll(async () => {
  installed = await installOperator()
  for (const name of ['team-acme', 'team-umbra']) await installed.namespace(name)
  acme = workspaceIn(installed.cluster, { namespace: 'team-acme', name: 'acme' })
  umbra = workspaceIn(installed.cluster, { namespace: 'team-umbra', name: 'umbra' })
  person = await createPerson()
}, 600_000)

afterAll(async () => {
  await person?.remove()
  await installed?.down()
}, 120_000)

const passwordOf = (workspace: WorkspaceHandle) =>
  workspace.secret(`${workspace.name}-admin`, 'password')

const gatewayOf = async ({ namespace, name }: WorkspaceHandle): Promise<string> => {
  const { port } = await installed.cluster.forward({
    namespace,
    service: `${name}-gateway`,
    port: 8000,
  })
  return `http://127.0.0.1:${port}`
}

const tokenOf = async (workspace: WorkspaceHandle, address: string) =>
  (await signIn(address, 'admin', await passwordOf(workspace))).access_token

/** Every text that the person's sessions hold. Services answer a moment after their pods are ready: nodes learn of them by a watch. */
async function history(): Promise<string> {
  const token = await until('sign-in to be answered', () =>
    tokenOf(acme, gateway).catch(() => undefined),
  )
  const headers = { authorization: `Bearer ${token}` }
  const ask = async (path: string) => (await fetch(`${gateway}${path}`, { headers })).text()
  const items = await until('the list of sessions', async () => {
    const page = JSON.parse(await ask('/api/v1/sessions')) as { items?: { id: string }[] }
    return page.items
  })
  const texts = await Promise.all(items.map(({ id }) => ask(`/api/v1/sessions/${id}/messages`)))
  return texts.join('\n')
}

const isThere = (name: string) =>
  stat(join(person.cwd, name)).then(
    () => true,
    () => false,
  )

test('one by kubectl, one by its chart: both come up where Pod Security is restricted', async () => {
  began = performance.now()
  await acme.apply()
  await acme.phase('Ready', 'AllReady')
  console.log(`from kubectl apply to Ready: ${seconds()} s`)
  const values = {
    workspace: { models: { providers: [{ name: 'demo', type: 'openai', baseURL: modelAddress }] } },
  }
  await installed.helm([
    'install',
    umbra.name,
    workspaceChart,
    `--namespace=${umbra.namespace}`,
    `--set-json=spec=${JSON.stringify({ ...values.workspace, deletionPolicy: 'Delete' })}`,
    '--wait=false',
  ])
  await umbra.phase('Ready', 'AllReady')
  expect((await acme.pods()).length).toBeLessThanOrEqual(8)
  expect(await acme.read()).toMatchObject({
    status: { endpoint: 'http://acme-gateway.team-acme.svc:8000', version: '0.1.0' },
  })
})

test('the terminal client signs in through the gateway; a tool runs here, a dangerous one after it was approved', async () => {
  gateway = await gatewayOf(acme)
  expect(await person.login(gateway, 'admin', await passwordOf(acme))).toMatchObject({ code: 0 })
  expect(await person.run('run', 'read README.md')).toMatchObject({
    code: 0,
    out: expect.stringContaining('The walrus lives here.'),
  })
  const terminal = person.terminal('run', 'delete old.txt')
  await terminal.shows('[a]')
  expect(await isThere('old.txt')).toBe(true)
  terminal.type('a')
  expect(await terminal.exit()).toEqual({ code: 0 })
  expect(await isThere('old.txt')).toBe(false)
})

test('a token of one tenant is nothing to the other', async () => {
  const other = await gatewayOf(umbra)
  const headers = { authorization: `Bearer ${await tokenOf(acme, gateway)}` }
  expect((await fetch(`${gateway}/api/v1/sessions`, { headers })).status).toBe(200)
  expect((await fetch(`${other}/api/v1/sessions`, { headers })).status).toBe(401)
  expect((await fetch(`${other}/v1/models`, { headers })).status).toBe(401)
  await expect(signIn(other, 'admin', await passwordOf(acme))).rejects.toThrow(/sign-in answered 4/)
})

test('a new version under conversation: migrated first, no connection refused, no answer missed', async () => {
  const visits = startVisits(`${gateway}/.well-known/openid-configuration`)
  const answers: { code: number | null; out: string; err: string }[] = []
  let talking = true
  const talk = async () => {
    while (talking) answers.push(await person.run('run', 'count to 5'))
  }
  const talked = talk()
  await acme.patch({ version: '0.1.1' })
  await acme.phase('Ready', 'AllReady')
  await until(
    'the status to name the new version',
    async () => (await acme.read()).status?.version === '0.1.1',
  )
  talking = false
  await talked
  const { answered, refused } = await visits.stop()
  console.log(`during the upgrade: ${answered} requests answered, ${answers.length} conversations`)
  expect(refused).toEqual([])
  expect(answered).toBeGreaterThan(20)
  expect(answers.map(({ code, out }) => ({ code, out }))).toEqual(
    answers.map(() => ({ code: 0, out: '1 2 3 4 5\n' })),
  )
  const images = await installed.cluster.kubectl([
    'get',
    'deploy',
    '-n',
    acme.namespace,
    '-o=jsonpath={.items[*].spec.template.spec.containers[*].image}',
  ])
  expect(new Set(images.split(' '))).toEqual(new Set(['localhost/codelab:0.1.1']))
})

test('suspended: no pod, all data; resumed: the history is there', async () => {
  await acme.patch({ suspended: true })
  await acme.phase('Suspended')
  expect(await acme.pods()).toEqual([])
  await acme.patch({ suspended: false })
  await acme.phase('Ready', 'AllReady')
  expect(await history()).toContain('The walrus lives here.')
})

test('the database password is swapped in its Secret alone', async () => {
  const before = await acme.pods()
  await installed.cluster.kubectl([
    'patch',
    'secret',
    'acme-postgres',
    '-n',
    acme.namespace,
    '-p',
    JSON.stringify({ stringData: { password: "new'pass word/%" } }),
  ])
  await until(
    'every pod that reads it to be another',
    async () => {
      const now = await acme.pods()
      return ['acme-agent', 'acme-worker', 'acme-auth'].every((name) =>
        now.every((pod) => !pod.startsWith(`${name}-`) || !before.includes(pod)),
      )
    },
    120_000,
  )
  await acme.phase('Ready', 'AllReady')
  expect(await history()).toContain('The walrus lives here.')
})

test('deleted with Retain, keys and data stay, and a new workspace of the name takes them up', async () => {
  const password = await passwordOf(acme)
  await acme.delete()
  const left = () => acme.objects('deploy,sts,svc,cm,netpol,sa,job,pods,secret,pvc')
  await until(
    'only Secrets and the volume to be left',
    async () => (await left()).every((name) => /^(secret|persistentvolumeclaim)\//.test(name)),
    60_000,
  )
  expect(await left()).toHaveLength(6)
  await acme.apply({ version: '0.1.1' })
  await acme.phase('Ready', 'AllReady')
  expect(await passwordOf(acme)).toBe(password)
  gateway = await gatewayOf(acme)
  expect(await history()).toContain('The walrus lives here.')
})

test('deleted with Delete, nothing stays', async () => {
  await installed.helm(['uninstall', umbra.name, `--namespace=${umbra.namespace}`])
  await until(
    'nothing to be left',
    async () => {
      const left = await umbra.objects('deploy,sts,svc,cm,netpol,sa,job,pods,secret,pvc,clw')
      return left.length === 0
    },
    60_000,
  )
})

test('stores of the platform team: a database that refuses is told within 5 s of the try, and a mended Secret heals', async () => {
  const stores = await startExternalStores(installed)
  await installed.namespace('team-ext')
  const ext = workspaceIn(installed.cluster, { namespace: 'team-ext', name: 'ext' })
  const setSecret = (uri: string) =>
    installed.cluster.kubectl(['apply', '-f', '-'], {
      input: JSON.stringify({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'stores', namespace: ext.namespace },
        stringData: { postgres: uri, redis: stores.redis() },
      }),
    })
  await setSecret(stores.postgres('wrong'))
  const ref = (key: string) => ({ external: { secretRef: { name: 'stores', key } } })
  await ext.apply({ postgres: ref('postgres'), redis: ref('redis'), deletionPolicy: 'Delete' })
  // A first try may find no server yet: nodes learn of a Service a moment after its pods are ready.
  const told = await until(
    'the refusal to be told with its field',
    async () => {
      const { status } = await ext.read()
      return status?.conditions?.find(
        ({ type, reason, message }) =>
          type === 'DatabaseReady' &&
          reason === 'Refused' &&
          /spec\.postgres\.external\.secretRef.*password authentication failed/.test(message),
      )
    },
    120_000,
  )
  expect(told).toMatchObject({ status: 'False' })
  expect(told.message).not.toContain('wrong')
  const tries = await installed.cluster.kubectl([
    'get',
    'pods',
    '-n',
    ext.namespace,
    '-l=app.kubernetes.io/component=migration',
    '-o=jsonpath={.items[*].status.containerStatuses[*].state.terminated.finishedAt} {.items[*].status.containerStatuses[*].lastState.terminated.finishedAt}',
  ])
  const [first] = tries
    .split(' ')
    .filter(Boolean)
    .map(Date.parse)
    .toSorted((a, b) => a - b)
  expect(Date.parse(told.lastTransitionTime) - first!).toBeLessThanOrEqual(5_000)
  await setSecret(stores.postgres())
  await ext.phase('Ready', 'AllReady')
  await ext.delete()
})

test('the operator had nothing unexpected to say', async () => {
  expect(await operatorComplaints(installed.cluster)).toEqual([])
})

test('uninstalled, the resource and the workspaces stay, and their pods serve on', async () => {
  await installed.helm(['uninstall', 'codelab', '--namespace=codelab-system', '--wait'])
  expect(await acme.read()).toMatchObject({ status: { phase: 'Ready' } })
  expect(await person.login(gateway, 'admin', await passwordOf(acme))).toMatchObject({ code: 0 })
  expect(await person.run('run', 'count to 5')).toMatchObject({ code: 0, out: '1 2 3 4 5\n' })
})
