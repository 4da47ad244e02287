import { LRUCache } from 'lru-cache'
import type { Redis } from 'ioredis'
import type { Metrics } from './metrics.ts'

type Settings<Value> = {
  readonly name: string
  /** Life of the entry in Redis. */
  readonly ttlSeconds: number
  /** Life of the entry in memory, where no other instance can drop it: keep it short. */
  readonly memorySeconds: number
  readonly max: number
  readonly redis?: Redis | undefined
  /** The truth. `undefined` is not cached. */
  readonly load: (key: string) => Promise<Value | undefined>
  readonly metrics: Metrics
}

export type TieredCache<Value> = {
  get(key: string): Promise<Value | undefined>
  /** Forgets the key here and in Redis, after the truth has changed. */
  drop(key: string): Promise<void>
}

const lookups = new WeakMap<Metrics, ReturnType<Metrics['counter']>>()

function lookupCounter(metrics: Metrics) {
  const known = lookups.get(metrics)
  if (known) return known
  const counter = metrics.counter('cache_lookups_total', 'Look-ups by the level that answered.', [
    'cache',
    'level',
  ])
  lookups.set(metrics, counter)
  return counter
}

/** Memory, then Redis, then the database. Redis being away costs a look-up, never an answer. Values are plain JSON. */
export function createTieredCache<Value extends NonNullable<unknown>>(
  settings: Settings<Value>,
): TieredCache<Value> {
  const { name, redis, load, metrics } = settings
  const memory = new LRUCache<string, Value>({
    max: settings.max,
    ttl: settings.memorySeconds * 1000,
  })
  const loading = new Map<string, Promise<Value | undefined>>()
  const counter = lookupCounter(metrics)
  const found = (level: string) => counter.inc({ cache: name, level })
  const redisKey = (key: string) => `cache:${name}:${key}`

  const fromRedis = async (key: string): Promise<Value | undefined> => {
    const text = await redis?.get(redisKey(key)).catch(() => null)
    return text ? (JSON.parse(text) as Value) : undefined
  }
  const fetchValue = async (key: string) => {
    const near = await fromRedis(key)
    if (near !== undefined) {
      found('redis')
      memory.set(key, near)
      return near
    }
    const value = await load(key)
    found(value === undefined ? 'none' : 'source')
    if (value !== undefined) {
      memory.set(key, value)
      await redis
        ?.set(redisKey(key), JSON.stringify(value), 'EX', settings.ttlSeconds)
        .catch(() => undefined)
    }
    return value
  }

  return {
    async get(key) {
      const near = memory.get(key)
      if (near !== undefined) {
        found('memory')
        return near
      }
      const running = loading.get(key) ?? fetchValue(key).finally(() => loading.delete(key))
      loading.set(key, running)
      return running
    },
    async drop(key) {
      memory.delete(key)
      await redis?.del(redisKey(key)).catch(() => undefined)
    },
  }
}
