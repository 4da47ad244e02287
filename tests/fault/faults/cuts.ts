import { setTimeout as delay } from 'node:timers/promises'
import { quantile } from '../../load/statistics.ts'
import type { Fault } from '../fault.ts'
import type { LinkName } from '../fleet/fleet.ts'
import { ways } from '../fleet/joined.ts'
import { pick } from '../fleet/random.ts'
import { countBusyCores } from '../talk/busy-cores.ts'
import { underLoad, type Hurting } from '../talk/under-load.ts'

const cutLinks = [
  'client-gateway',
  'gateway-agent',
  'agent-llm-proxy',
] as const satisfies LinkName[]

const sizes = {
  small: { talkers: 20, count: 60, everyMs: 200, words: 30, perSecond: 10 },
  full: { talkers: 200, count: 1_000, everyMs: 220, words: 36, perSecond: 3 },
} as const

/** A dead line is noticed by its silence; nobody waits in a test for as long as in earnest. */
const quickToNotice = {
  gateway: { STREAM_SILENCE_MS: '2000', AGENT_TIMEOUT_MS: '3000' },
  'agent-api': { STREAM_KEEP_ALIVE_MS: '500' },
  'agent-worker': { LLM_PROXY_SILENCE_MS: '2000' },
  'llm-proxy': { KEEP_ALIVE_MS: '500' },
} as const

type Cutting = { readonly count: number; readonly everyMs: number }

/** Breaks so many busy connections, each on a link and in a way left to chance; answers how often each. */
async function cutAtRandom({ fleet, random }: Hurting, { count, everyMs }: Cutting) {
  const made = new Map<string, number>()
  for (let cut = 0; cut < count;) {
    await delay(everyMs * (0.5 + random()))
    const name = pick(cutLinks, random)!
    const way = pick(ways, random)!
    if (!fleet.links[name].cut(way, random)) continue
    cut += 1
    for (const key of [name, way]) made.set(key, (made.get(key) ?? 0) + 1)
  }
  return made
}

/** Conversations that stream known text while their connections are cut. */
export const cuts: Fault = {
  name: 'cuts',
  about: 'connections of clients, gateway and agent are cut at random while answers stream',
  async run({ folder, say, size }) {
    const { talkers, words, perSecond, ...cutting } = sizes[size]
    const wish = (talker: number, message: number) => ({
      name: `${talker}:${message}`,
      words,
      perSecond,
    })
    let resumed: readonly number[] = []
    const figures = await underLoad(
      { folder, say, talkers, wish, env: quickToNotice },
      async (hurting) => {
        const busyCores = await countBusyCores()
        const made = await cutAtRandom(hurting, cutting)
        const busy = await busyCores()
        say([...made].map(([what, times]) => `${what} ${times}`).join(', '))
        resumed = hurting.crowd.resumed
        return [
          { name: 'cuts', value: cutting.count, unit: 'count' },
          { name: 'cores kept busy by it', value: busy, unit: 'count' },
        ]
      },
    )
    return [
      ...figures,
      { name: 'resumed', value: resumed.length, unit: 'count' },
      { name: 'resume p50', value: quantile(resumed, 0.5), unit: 'ms' },
      {
        name: 'resume p95',
        value: quantile(resumed, 0.95),
        unit: 'ms',
        // Of a few resumptions on a machine that does other things a time says nothing.
        ...(size === 'full' && { atMost: 250 }),
      },
    ]
  },
}
