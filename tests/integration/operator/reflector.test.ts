import { createKubeClient } from '@codelab/operator/kube/client'
import { createConnection } from '@codelab/operator/kube/connection'
import type { Selection } from '@codelab/operator/kube/reads'
import { createReflector } from '@codelab/operator/kube/reflector'
import { resources } from '@codelab/operator/kube/resources'
import { createFakeClock } from '../../support/clock.ts'
import {
  refusal,
  type Reply,
  type Script,
  startScriptedApiServer,
} from '../../support/scripted-api-server.ts'
import { silentLog } from '../../support/silent-log.ts'
import { until } from '../../support/until.ts'

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

const list = (version: number, kind = 'SecretList'): Reply => ({
  body: { kind, metadata: { resourceVersion: String(version) }, items: [] },
})

/** A reflector on a server with this script, under a clock that stands still. */
async function setUp(script: Script, selection: Selection = {}) {
  const server = await startScriptedApiServer(script)
  const clock = createFakeClock()
  const connection = createConnection({ load: () => server.config() })
  const interruptions: string[] = []
  const reflector = createReflector({
    client: createKubeClient({ connection }),
    resource: resources.secrets,
    selection,
    project: ({ metadata }) => metadata.resourceVersion,
    onChange: () => undefined,
    onInterruption: (reason) => void interruptions.push(reason),
    log: silentLog,
    clock,
    random: () => 0,
  })
  cleanups.push(
    () => server.close(),
    () => connection.close(),
    () => reflector.stop(),
  )
  reflector.start()
  return { server, clock, reflector, interruptions }
}

test('rights taken away for a while: it asks from where it was, then lists, and recovers by itself', async () => {
  let allowed = true
  const { server, clock, interruptions } = await setUp({
    reply: (_, count) => (allowed ? list(count) : refusal(403, 'Forbidden')),
    refuseWatch: () => (allowed ? undefined : refusal(403, 'Forbidden')),
    watch: (watch) => allowed && watches(watch.seen.query['resourceVersion']!),
  })
  const opened: string[] = []
  const watches = (version: string) => void opened.push(version)
  await until('the first watch', () => opened.length === 1)

  allowed = false
  server.watches[0]!.reset()
  for (const [failures, wait] of [800, 1_600, 3_200, 6_400].entries()) {
    await until('a wait', () => interruptions.length === failures + 1 && clock.untilNext() === wait)
    await clock.advance(wait)
  }
  await until('the fifth', () => interruptions.length === 5)
  expect(interruptions).toEqual(['ConnectionLost', ...Array<string>(4).fill('Forbidden')])
  expect(server.watches.map(({ seen }) => seen.query['resourceVersion'])).toEqual(['1', '1', '1'])
  expect(server.lists()).toHaveLength(3)

  allowed = true
  await clock.advance(12_800)
  await until('the watch', () => opened.length === 2)
  expect(opened).toEqual(['1', '4'])
})

test('the API server says when to come back, and that is kept', async () => {
  const { server, clock, interruptions } = await setUp({
    reply: () => list(1),
    refuseWatch: (count) =>
      count === 1
        ? { ...refusal(503, 'ServiceUnavailable'), headers: { 'retry-after': '20' } }
        : undefined,
  })
  await until('the refusal', () => interruptions.length === 1)
  await until('the wait', () => clock.untilNext() === 20_000)
  await clock.advance(20_000)
  await until('the watch', () => server.openWatches().length === 1)
  expect(server.lists()).toHaveLength(1)
})

test('a watch that the API server ends in its time is followed by the next at once', async () => {
  const { server, clock, interruptions } = await setUp({ reply: () => list(1) })
  for (let round = 1; round <= 3; round++) {
    await until('a watch', () => server.openWatches().length === 1 && clock.pending() === 2)
    await clock.advance(140_000)
    server.watches.at(-1)!.send('BOOKMARK', { metadata: { resourceVersion: String(round * 10) } })
    server.watches.at(-1)!.end()
    await until('the next', () => server.watches.length === round + 1 || clock.untilNext() === 0)
    await clock.advance(0)
  }
  await until('the last', () => server.watches.length === 4)
  expect(server.watches.map(({ seen }) => seen.query['resourceVersion'])).toEqual([
    '1',
    '10',
    '20',
    '30',
  ])
  expect(server.lists()).toHaveLength(1)
  expect(interruptions).toEqual([])
})

test('of Secrets only metadata is asked for, listed and watched', async () => {
  const { server } = await setUp(
    { reply: () => list(1, 'PartialObjectMetadataList') },
    { form: 'metadata', labelSelector: 'app=codelab' },
  )
  await until('the watch', () => server.watches.length === 1)
  expect(
    server.requests.map(({ headers, query, path }) => [
      headers.accept,
      query['labelSelector'],
      path,
    ]),
  ).toEqual([
    [
      'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
      'app=codelab',
      '/api/v1/secrets',
    ],
    [
      'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
      'app=codelab',
      '/api/v1/secrets',
    ],
  ])
})

test('stopping ends a list that hangs, and says that it never synced', async () => {
  const { server, clock, reflector } = await setUp({ reply: () => undefined })
  await until('the list', () => server.lists().length === 1)
  await reflector.stop()
  expect(await reflector.whenSynced()).toBe(false)
  expect(clock.pending()).toBe(0)
})

test('a list whose pages have expired begins anew', async () => {
  const { server, clock, reflector } = await setUp({
    reply: ({ query }, count) => {
      if (query['continue']) return refusal(410, 'Expired')
      if (count > 2) return list(9)
      return {
        body: {
          kind: 'SecretList',
          metadata: { resourceVersion: '5', continue: 'more' },
          items: [{ metadata: { name: 'a', namespace: 'n', uid: 'u', resourceVersion: '1' } }],
        },
      }
    },
  })
  await until('the wait', () => clock.untilNext() === 800)
  await clock.advance(800)
  expect(await reflector.whenSynced()).toBe(true)
  expect(reflector.size()).toBe(0)
  expect(server.lists()).toHaveLength(3)
})
