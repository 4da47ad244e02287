import { resources } from '@codelab/operator/kube/resources'
import { everyKind } from '../support/operator/edits.ts'
import { type Asked, type Fault, startFaultProxy } from '../support/operator/fault-proxy.ts'
import type { Tenant } from '../support/operator/tenant.ts'
import { ownTenants } from '../support/operator/tenants.ts'
import { until } from '../support/until.ts'

/** Whatever becomes of single requests, the end is the same. */
const tenant = ownTenants()

const isWrite = ({ method, path }: Asked) => method !== 'GET' && !/leases|events/.test(path)

const proxies: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.stop()
})
async function through(t: Tenant, fate: (asked: Asked) => Fault) {
  const proxy = await startFaultProxy(t.kubeconfig, fate)
  proxies.push(proxy)
  return proxy
}

/** What a workload ends with: names and specs, without what differs between namespaces and times. */
async function ending(t: Tenant) {
  const children = await t.children()
  return Object.fromEntries(
    [...children]
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([key, object]) => {
        const { spec, data } = object
        const text = JSON.stringify({
          spec,
          data: object.kind === 'Secret' ? Object.keys(data) : data,
        })
          .replaceAll(t.namespace, 'NAMESPACE')
          .replaceAll(
            /"(clusterIPs?|codelab.dev\/secrets-hash|controller-uid|batch.kubernetes.io\/controller-uid)":("[^"]*"|\[[^\]]*\])/g,
            '""',
          )
        return [key, text]
      }),
  )
}

/** A workspace is made, changed, suspended, resumed, changed back and given another policy. */
async function work(t: Tenant): Promise<void> {
  await t.secret('openai', { apiKey: 'sk-1' })
  await t.create(everyKind)
  await t.settled()
  for (const change of [
    { gateway: { replicas: 3 }, worker: { autoscaling: null, replicas: 2 } },
    { suspended: true },
    { suspended: false, deletionPolicy: 'Delete', access: null },
    { agent: { contextTokens: 4_000 } },
  ]) {
    await t.change(change)
    await t.settled()
  }
  await t.quiet()
}

const kinds: readonly Fault[] = ['conflict', 'error', 'unavailable', 'broken', 'lost', 'late']

test('every write of a workspace’s life fails once, in each of six ways: the end is that of a life without faults', async () => {
  const quiet = await tenant()
  await quiet.operator()
  await work(quiet)
  const wanted = await ending(quiet)
  let faults = 0
  const extra: string[] = []
  await Promise.all(
    kinds.map(async (kind) => {
      const t = await tenant()
      const seen = new Set<string>()
      const proxy = await through(t, (asked) => {
        const what = `${asked.method} ${asked.path.split('?')[0]}`
        // Secrets are made by name, in one path: each of the five is its own write.
        const isSecret = asked.method === 'POST'
        const count = [...seen].filter((each) => each.startsWith(what)).length
        if (!isWrite(asked) || (isSecret ? count >= 5 : count > 0)) return 'none'
        seen.add(`${what} ${count}`)
        return kind
      })
      await t.operator({ kubeconfig: proxy.kubeconfig })
      await work(t)
      expect([kind, await ending(t)]).toEqual([kind, wanted])
      faults += proxy.faults()
      const made = (await t.writes())
        .filter(({ verb, code }) => verb === 'create' && code === 201)
        .map(({ what }) => what)
      if (made.length > 5) extra.push(`${kind}: ${made.join(' ')}`)
    }),
  )
  console.log(`${faults} faults over ${kinds.length} lives`)
  expect(extra).toEqual([])
  expect(faults).toBeGreaterThan(kinds.length * 40)
}, 240_000)

test('an operator that does not know of Secrets yet overwrites none', async () => {
  const t = await tenant()
  await t.secret('openai', { apiKey: 'sk-1' })
  const first = await t.operator()
  await t.create()
  await t.settled()
  await t.quiet()
  await first.stop()
  const before = await t.api.list(resources.secrets, t.namespace)
  const proxy = await through(t, ({ path }) => (/\/secrets\?limit/.test(path) ? 'behind' : 'none'))
  const from = await t.position()
  const second = await t.operator({ kubeconfig: proxy.kubeconfig })
  await second.looked()
  const tries = await until('tries to make them', async () => {
    const creates = (await t.writes(from)).filter(({ verb }) => verb === 'create')
    return creates.length >= 5 ? creates : undefined
  })
  expect(tries.map(({ code }) => code)).toEqual(tries.map(() => 409))
  await t.quiet()
  expect(await t.api.list(resources.secrets, t.namespace)).toEqual(before)
  const others = (await t.writes(from)).filter(({ what }) => !what.startsWith('secrets/'))
  expect(others.filter(({ what }) => !what.startsWith('codelabworkspaces/status'))).toEqual([])
}, 60_000)
