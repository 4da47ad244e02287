import { startOwnStores } from '../../support/own-stores.ts'
import type { Fault } from '../fault.ts'
import { invariants } from './invariants.ts'
import { openLane, type Played } from './lane.ts'
import { points, somePoints, unharmed, type Point, type Topology } from './points.ts'

/** Lanes at once: a point is mostly waiting for leases to end. */
const lanes = 4

const topologies: readonly Topology[] = ['one', 'two', 'split']

/** Kills an agent at every commit boundary, in every way in which others may be there, and holds what is left against the invariants. */
export const crashPoints: Fault = {
  name: 'crash-points',
  about: 'an agent killed at every commit boundary of message, step, tool result, decision and job',
  async run({ say, size }) {
    const chosen = size === 'full' ? points : somePoints
    const stores = await startOwnStores()
    const played: Played[] = []
    const passed = new Set<string>()
    try {
      const work = async (topology: Topology, queue: Point[], database: string) => {
        const databaseUrl = await stores.databaseUrl(database)
        const lane = await openLane({ databaseUrl, redisUrl: stores.redisUrl }, topology)
        try {
          for (let point = queue.shift(); point; point = queue.shift()) {
            const result = await lane.play(point)
            played.push(result)
            const { name } = point
            if (!result.reached) say(`${topology} ${name} was not reached`)
            for (const violation of result.violations) say(`${topology} ${name}: ${violation}`)
          }
          for (const name of lane.passed()) passed.add(name.replace(/:[^:]*$/, ''))
        } finally {
          await lane.close()
        }
      }
      for (const topology of topologies) {
        const queue = chosen.filter((point) => point.topology === topology)
        const count = Math.min(lanes, queue.length)
        await Promise.all(
          Array.from({ length: count }, (_, at) => work(topology, queue, `${topology}_${at}`)),
        )
      }
    } finally {
      await stores.stop()
    }
    const listed = new Set(points.map(({ operation }) => operation))
    const unlisted = [...passed].filter((name) => !listed.has(name) && !unharmed.has(name))
    for (const name of unlisted) say(`the boundary ${name} is not listed`)
    const violations = played.reduce((sum, { violations: found }) => sum + found.length, 0)
    const reached = played.filter((result) => result.reached).length
    return [
      {
        name: 'points at which an agent was killed',
        value: reached,
        unit: 'count',
        atLeast: chosen.length,
      },
      {
        name: 'of them beside a second agent',
        value: played.filter(({ point, reached: hit }) => hit && point.topology === 'two').length,
        unit: 'count',
      },
      {
        name: 'invariants held against each',
        value: Object.keys(invariants).length,
        unit: 'count',
      },
      { name: 'violations', value: violations, unit: 'count', atMost: 0 },
      {
        name: 'commit boundaries passed and not listed',
        value: unlisted.length,
        unit: 'count',
        atMost: 0,
      },
    ]
  },
}
