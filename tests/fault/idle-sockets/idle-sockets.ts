import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { closeCodes } from '@codelab/contracts/errors'
import type { Figure } from '../../load/bench.ts'
import { memoryOf } from '../../load/processes.ts'
import { quantile } from '../../load/statistics.ts'
import type { Fault } from '../fault.ts'
import { gather, type Crowd } from './crowd.ts'
import { startFront } from './front.ts'

const mostGrowth = 1.1
const sizes = {
  full: {
    sockets: 1_000,
    idleMs: 600_000,
    settleMs: 600_000,
    memory: { atMost: mostGrowth },
    back: { atMost: 5_000 },
  },
  // Memory is given back only after five minutes of calm, and a time says nothing beside other tests: told, not judged.
  small: { sockets: 200, idleMs: 5_000, settleMs: 1_000, memory: {}, back: {} },
} as const
/** So that nobody has more sockets than one may. */
const socketsPerPerson = 100
type Bound = { readonly atMost?: number }

const count = (name: string, value: number, bound: number): Figure => ({
  name,
  value,
  unit: 'count',
  atLeast: bound,
  atMost: bound,
})

/** The return of a crowd whose sockets were ended at `since`. */
const returnFigures = (
  what: string,
  crowd: Crowd,
  { since, allBackMs, bound }: { since: number; allBackMs: number; bound: Bound },
): Figure[] => [
  { name: `${what}: all back after`, value: allBackMs, unit: 'ms', ...bound },
  {
    name: `${what}: p50 of a socket's return`,
    value: quantile(crowd.backAfterMs(since), 0.5),
    unit: 'ms',
  },
  {
    name: `${what}: p99 of a socket's return`,
    value: quantile(crowd.backAfterMs(since), 0.99),
    unit: 'ms',
  },
]

/** Sockets that nothing comes over for long, then all of them at once, after a cut and after a gateway's restart. */
export const idleSockets: Fault = {
  name: 'idle-sockets',
  about: 'many idle sockets, all cut at once, then told to come back by a gateway that restarts',
  async run({ folder, say, size }) {
    const { sockets, idleMs, settleMs, memory: bound, back } = sizes[size]
    const front = await startFront(folder)
    const tokens = await Promise.all(
      Array.from({ length: Math.ceil(sockets / socketsPerPerson) }, (_, at) =>
        front.token(`person-${at}`),
      ),
    )
    const places = Array.from({ length: sockets }, (_, at) => ({
      session: randomUUID(),
      token: tokens[Math.floor(at / socketsPerPerson)]!,
    }))
    /** By the kernel's count of the gateway's process (PSS), in MiB. */
    const memoryNow = async () => {
      const memory = await memoryOf(front.gateway().pid())
      if (!memory) throw new Error('the gateway has ended')
      return memory.pss
    }
    /** The same once the heap has come to rest, or after so long. */
    const memoryAtRest = async (before: number) => {
      const since = performance.now()
      const end = since + settleMs
      let now = await memoryNow()
      while (now > before * mostGrowth && performance.now() < end) {
        await delay(1_000)
        now = await memoryNow()
      }
      const seconds = (performance.now() - since) / 1_000
      say(
        `the gateway takes ${now.toFixed(0)} MiB after ${seconds.toFixed(0)} s, before ${before.toFixed(0)} MiB`,
      )
      return { now, seconds }
    }
    const crowd = await gather(front.url, places)
    /** Cuts all at once; resolves with when that was and how long it took until all were back. */
    const cut = async () => {
      const at = performance.now()
      front.cutAll()
      await crowd.allBack(at)
      return { at, ms: performance.now() - at }
    }
    try {
      // The heap grows with the first crowd that returns; what the next one adds is what would add up.
      const first = await cut()
      say(
        `${sockets} sockets came back after ${Math.round(first.ms)} ms; idle for ${idleMs / 1_000} s`,
      )
      const since = performance.now()
      await delay(idleMs)
      const lostWhileIdle = crowd.closes(since).length
      const before = await memoryNow()

      const outage = await cut()
      say(`cut: all back after ${Math.round(outage.ms)} ms`)
      const after = await memoryAtRest(before)

      const old = front.gateway()
      await front.addGateway()
      const stopAt = performance.now()
      const exitCode = old.stop()
      await crowd.allBack(stopAt)
      const told = crowd.closes(stopAt)
      const moments = told.map(({ at }) => at)
      // Until then a leaving gateway goes on as if nothing were.
      const restartMs = performance.now() - Math.min(...moments)
      say(`restart: all back ${Math.round(restartMs)} ms after the first was told`)
      const renewed = await memoryAtRest(before)

      return [
        count(`of ${sockets} idle sockets for ${idleMs / 1_000} s: lost`, lostWhileIdle, 0),
        ...returnFigures('cut', crowd, {
          since: outage.at,
          allBackMs: outage.ms,
          bound: back,
        }),
        {
          name: 'cut: gateway memory after, of before',
          value: after.now / before,
          unit: 'ratio',
          ...bound,
        },
        { name: 'cut: gateway memory at rest after', value: after.seconds, unit: 's' },
        { name: 'gateway memory before', value: before, unit: 'MiB' },
        ...returnFigures('restart', crowd, {
          since: stopAt,
          allBackMs: restartMs,
          bound: back,
        }),
        {
          name: 'restart: from the first 1012 to the last',
          value: Math.max(...moments) - Math.min(...moments),
          unit: 'ms',
          atLeast: 500,
        },
        count(
          'restart: told 1012',
          told.filter(({ code }) => code === closeCodes.restarting).length,
          sockets,
        ),
        count("restart: the old gateway's exit code", (await exitCode) ?? -1, 0),
        {
          name: 'restart: memory of the new gateway, of the old',
          value: renewed.now / before,
          unit: 'ratio',
          ...bound,
        },
        count('sockets over which a frame went and came back, once', await crowd.echoes(), sockets),
        count('processes that ended unasked', front.crashes().length, 0),
      ]
    } finally {
      await crowd.leave().catch(() => undefined)
      await front.stop()
    }
  },
}
