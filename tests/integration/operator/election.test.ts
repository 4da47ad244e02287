import { createKubeClient } from '@codelab/operator/kube/client'
import { createConnection } from '@codelab/operator/kube/connection'
import { createElection } from '@codelab/operator/kube/lease'
import type { Lease } from '@codelab/operator/kube/lease-record'
import {
  refusal,
  type Reply,
  type Seen,
  startScriptedApiServer,
} from '../../support/scripted-api-server.ts'
import { silentLog } from '../../support/silent-log.ts'
import { until } from '../../support/until.ts'

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

/** One lease over HTTP, with the API server's rules for writing it. */
function leaseServer() {
  let stored: Lease | undefined
  let version = 0
  const store = (lease: Lease): Reply => {
    version += 1
    stored = { ...lease, metadata: { ...lease.metadata, resourceVersion: String(version) } }
    return { body: stored }
  }
  return ({ method, body }: Seen): Reply => {
    const sent = body as Lease
    if (method === 'POST') return stored ? refusal(409, 'AlreadyExists') : store(sent)
    if (!stored) return refusal(404, 'NotFound')
    if (method === 'GET') return { body: stored }
    return sent.metadata.resourceVersion === stored.metadata.resourceVersion
      ? store(sent)
      : refusal(409, 'Conflict')
  }
}

test('over HTTP: one of two leads, keeps the lease renewed, and hands it over when it stops', async () => {
  const server = await startScriptedApiServer({ reply: leaseServer() })
  cleanups.push(() => server.close())
  const candidate = (identity: string) => {
    const connection = createConnection({ load: () => server.config(), connections: 1 })
    const election = createElection({
      client: createKubeClient({ connection }),
      key: { namespace: 'codelab', name: 'operator' },
      identity,
      log: silentLog,
      retryMs: 200,
    })
    cleanups.push(
      () => connection.close(),
      () => election.stop(),
    )
    election.start()
    return election
  }
  const first = candidate('first')
  expect(await first.whenLeading()).toBe(true)
  const second = candidate('second')
  const renewals = () => server.requests.filter(({ method }) => method === 'PUT').length
  await until('renewals', () => renewals() >= 3)
  expect(second.isLeading()).toBe(false)

  await first.stop()
  expect(await first.whenEnded()).toBe('released')
  expect(await second.whenLeading()).toBe(true)
  expect(server.requests[0]!.path).toBe(
    '/apis/coordination.k8s.io/v1/namespaces/codelab/leases/operator',
  )
})
