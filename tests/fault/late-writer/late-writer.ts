import { startOwnStores } from '../../support/own-stores.ts'
import type { Fault } from '../fault.ts'
import { playLateResults } from './late-results.ts'
import { playStage, type Late } from './late-worker.ts'
import { stages } from './stages.ts'

/** Stages at once: each is mostly waiting for a lease to end. */
const lanesOf = { small: 4, full: 2 }
const sessionsOf = { small: 10, full: 100 }

/** A worker is stopped for longer than its lease, another finishes its steps, and it wakes up: nothing that it writes then may count. */
export const lateWriter: Fault = {
  name: 'late-writer',
  about:
    'a worker stopped for longer than its lease, then continued; a result whose claim somebody else has',
  async run({ say, size }) {
    const stores = await startOwnStores()
    try {
      const storesOf = async (name: string) => ({
        databaseUrl: await stores.databaseUrl(name),
        redisUrl: stores.redisUrl,
      })
      const late: Late[] = []
      const queue = [...stages]
      const playAll = async () => {
        for (let stage = queue.shift(); stage; stage = queue.shift()) {
          const place = await storesOf(`stage_${stages.indexOf(stage)}`)
          late.push(await playStage(stage, place, sessionsOf[size]))
        }
      }
      await Promise.all(Array.from({ length: lanesOf[size] }, playAll))
      for (const { stage, sessions, tried, committed, differences } of late) {
        say(`stopped ${stage}: ${sessions} steps, ${tried} late writes tried, ${committed} took`)
        for (const difference of differences) say(`changed: ${difference}`)
      }
      const results = await playLateResults(await storesOf('results'), sessionsOf[size])
      const sum = (of: readonly Late[], field: 'tried' | 'committed' | 'sessions') =>
        of.reduce((total, one) => total + one[field], 0)
      const rows = late.reduce((total, { differences }) => total + differences.length, 0)
      const silent = late.filter(({ tried }) => tried === 0).length
      return [
        { name: 'moments at which a worker was stopped', value: late.length, unit: 'count' },
        {
          name: 'moments after which it tried to write nothing',
          value: silent,
          unit: 'count',
          atMost: 0,
        },
        {
          name: 'late writes tried',
          value: sum(late, 'tried'),
          unit: 'count',
        },
        {
          name: 'late writes that changed something',
          value: sum(late, 'committed'),
          unit: 'count',
          atMost: 0,
        },
        { name: 'rows that differ afterwards', value: rows, unit: 'count', atMost: 0 },
        {
          name: 'results of a lost claim sent',
          value: results.sent,
          unit: 'count',
          atLeast: 2 * sessionsOf[size],
        },
        { name: 'results of a lost claim taken', value: results.taken, unit: 'count', atMost: 0 },
        {
          name: 'calls answered by the claim’s holder',
          value: results.right,
          unit: 'count',
          atLeast: sessionsOf[size],
        },
      ]
    } finally {
      await stores.stop()
    }
  },
}
