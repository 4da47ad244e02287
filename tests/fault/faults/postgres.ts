import type { Fault } from '../fault.ts'
import { underLoad } from '../talk/under-load.ts'

const sizes = {
  small: { talkers: 12, rounds: 1 },
  full: { talkers: 60, rounds: 5 },
} as const

/** An immediate stop, which leaves recovery to the next start, and a kill, which leaves its processes behind as well. */
const signals = ['SIGQUIT', 'SIGKILL'] as const

/** The database ends without a word, again and again, while clients talk. */
export const postgres: Fault = {
  name: 'postgres',
  about: 'PostgreSQL is stopped at once, or killed, and started again while clients talk',
  async run({ folder, say, size }) {
    const { talkers, rounds } = sizes[size]
    const wish = (talker: number, message: number) => ({
      name: `${talker}:${message}`,
      words: 30,
      perSecond: 20,
      tools: message % 3 === 0 ? 1 : 0,
    })
    return underLoad({ folder, say, talkers, wish }, async ({ fleet, crowd }) => {
      let stuck = 0
      for (let round = 1; round <= rounds; round += 1) {
        for (const signal of signals) {
          await crowd.goOn()
          await fleet.stores.postgres.kill(signal)
          stuck += await crowd.goOn()
          say(`round ${round}: started again after ${signal}`)
        }
      }
      return [
        { name: 'restarts', value: rounds * signals.length, unit: 'count' },
        { name: 'conversations that did not go on', value: stuck, unit: 'count', atMost: 0 },
      ]
    })
  },
}
