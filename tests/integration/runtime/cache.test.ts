import { Redis } from 'ioredis'
import { randomUUID } from 'node:crypto'
import { createTieredCache } from '@codelab/runtime/cache'
import { createMetrics } from '@codelab/runtime/metrics'
import { redisDatabaseUrl } from '../../support/stores.ts'

let redis: Redis
beforeAll(() => {
  redis = new Redis(redisDatabaseUrl(), { maxRetriesPerRequest: 0, commandTimeout: 1_000 })
})
afterAll(() => redis.quit())

const build = (
  name: string,
  load: (key: string) => Promise<{ v: number } | undefined>,
  store: Redis | undefined = redis,
) => {
  const metrics = createMetrics('test', { processMetrics: false })
  const cache = createTieredCache({
    name,
    ttlSeconds: 60,
    memorySeconds: 60,
    max: 10,
    redis: store,
    load,
    metrics,
  })
  const levels = async () => {
    const text = await metrics.registry.metrics()
    return Object.fromEntries(
      [...text.matchAll(/level="(\w+)"} (\d+)/g)].map(([, level, n]) => [level, Number(n)]),
    )
  }
  return { cache, levels }
}

test('asks memory, then Redis, then the source', async () => {
  const name = randomUUID()
  let loads = 0
  const load = async () => ({ v: (loads += 1) })
  const one = build(name, load)
  const two = build(name, load)
  await one.cache.get('k')
  await one.cache.get('k')
  await two.cache.get('k')
  expect(loads).toBe(1)
  expect([await one.levels(), await two.levels()]).toEqual([{ source: 1, memory: 1 }, { redis: 1 }])
})

test('loads once for callers at the same time, and again after a drop', async () => {
  let loads = 0
  const { cache } = build(randomUUID(), async () => ({ v: (loads += 1) }))
  await Promise.all(Array.from({ length: 10 }, () => cache.get('k')))
  expect(loads).toBe(1)
  await cache.drop('k')
  expect(await cache.get('k')).toEqual({ v: 2 })
})

test('does not keep that there is nothing', async () => {
  const source = new Map<string, { v: number }>()
  const { cache } = build(randomUUID(), async (key) => source.get(key))
  expect(await cache.get('k')).toBeUndefined()
  source.set('k', { v: 1 })
  expect(await cache.get('k')).toEqual({ v: 1 })
})

test('answers while Redis is away', async () => {
  const gone = new Redis('redis://127.0.0.1:1', {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: () => null,
  })
  gone.on('error', () => undefined)
  const { cache } = build(randomUUID(), async () => ({ v: 1 }), gone)
  expect(await cache.get('k')).toEqual({ v: 1 })
  gone.disconnect()
})
