import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from '../fault.ts'
import type { FleetStores } from '../fleet/stores.ts'
import { createTasks } from '../talk/tasks.ts'
import { underLoad } from '../talk/under-load.ts'

const sizes = {
  small: { talkers: 12, rounds: 1, pauseMs: 3_000, jobs: 6 },
  full: { talkers: 60, rounds: 2, pauseMs: 30_000, jobs: 20 },
} as const

type Hurt = (redis: FleetStores['redis'], pauseMs: number) => Promise<void>

const hurts: Readonly<Record<string, Hurt>> = {
  'all keys gone': (redis) => redis.flushAll(),
  'killed and started again': (redis) => redis.kill(),
  async paused(redis, pauseMs) {
    await redis.pause()
    await delay(pauseMs)
    await redis.resume()
  },
}

/** Redis forgets everything, dies, or falls silent, while clients talk and jobs wait for their turn. */
export const redis: Fault = {
  name: 'redis',
  about: 'Redis is emptied, killed and paused while answers stream and jobs wait',
  async run({ folder, say, size }) {
    const { talkers, rounds, pauseMs, jobs } = sizes[size]
    const wish = (talker: number, message: number) => ({
      name: `${talker}:${message}`,
      words: 30,
      perSecond: 20,
      tools: message % 3 === 0 ? 1 : 0,
    })
    return underLoad({ folder, say, talkers, wish }, async ({ fleet, crowd }) => {
      const tasks = createTasks(fleet, crowd.token)
      let stuck = 0
      for (let round = 1; round <= rounds; round += 1) {
        for (const [what, hurt] of Object.entries(hurts)) {
          await crowd.goOn()
          await tasks.start(jobs)
          // It need not be there again for conversations to go on.
          const [stuckMeanwhile] = await Promise.all([
            crowd.goOn(),
            hurt(fleet.stores.redis, pauseMs),
          ])
          stuck += stuckMeanwhile + (await crowd.goOn())
          say(`round ${round}: ${what}`)
        }
      }
      return [
        { name: 'faults of Redis', value: rounds * Object.keys(hurts).length, unit: 'count' },
        { name: 'conversations that did not go on', value: stuck, unit: 'count', atMost: 0 },
        ...(await tasks.figures()),
      ]
    })
  },
}
