import { truncate } from 'node:fs/promises'
import { memoryOf, processTree } from '../processes.ts'
import { ask, type Sample } from './ask.ts'
import { type Case, type CaseName, cases, caseNames } from './cases.ts'
import type { Call } from './call.ts'
import { countsAt, shareAsked } from './counts.ts'
import { shuffled } from './order.ts'
import type { RunningSide } from './side.ts'

export type Extent = {
  readonly rounds: number
  /** Of each case at each side in each round. */
  readonly seconds: number
  /** Of each case at each side before the first round: V8 takes thousands of requests until it has made all it makes of a function. */
  readonly warmSeconds: number
  /** At most so many in each round's case; 0: as many as fit into the time. */
  readonly requests: number
  /** No round begins later than this after the first one. */
  readonly withinMs: number
}

/** MiB of a side's process and its children. */
export type Memory = { rest: number; loaded: number; after: number }

/** Everything that was measured at one side. Each case has one sample a round, in the order of the rounds. */
export type Measured = {
  readonly samples: Map<CaseName, Sample[]>
  /** Why a case that the side should know was not answered rightly. */
  readonly cannot: Map<CaseName, string>
  /** What must be known of a case to read its figures. */
  readonly remarks: Map<CaseName, string>
  readonly memory: Memory | undefined
}

type Deps = {
  /** host:port of the model stand-in. */
  readonly model: string
  readonly load: string
  readonly extent: Extent
  readonly random: () => number
  readonly logFiles: () => readonly string[]
  readonly say: (line: string) => void
}

const leadInSeconds = 1
/** Less, and a side has found out that its first provider fails and leaves it alone. */
const oftenEnough = 0.95

export const residentOf = async (pid: number): Promise<number> => {
  const all = await Promise.all((await processTree(pid)).map(({ pid: each }) => memoryOf(each)))
  return all.reduce((sum, each) => sum + (each?.rss ?? 0), 0)
}

type Turn = {
  readonly side: string
  readonly name: CaseName
  readonly call: Call
  readonly beside: Call | undefined
}

/** What each running side can be asked. */
const turnsOf = (running: ReadonlyMap<string, RunningSide>): Turn[] =>
  [...running].flatMap(([side, { call }]) =>
    caseNames.flatMap((name) => {
      const wanted: Case = cases[name]
      const found = call(wanted.way)
      const beside = wanted.beside && call(wanted.beside)
      return found ? [{ side, name, call: found, beside }] : []
    }),
  )

/** Asks every side in every case, so that all code is warm. Gives those that were answered rightly; the others are named. */
async function warmUp(
  turns: readonly Turn[],
  measured: ReadonlyMap<string, Measured>,
  { load, extent, model, say }: Deps,
): Promise<Turn[]> {
  const answered: Turn[] = []
  for (const turn of turns) {
    const { side, name, call, beside } = turn
    const { cannot, remarks } = measured.get(side)!
    const before = await countsAt(model)
    const bounds = { seconds: extent.warmSeconds, requests: extent.requests, beside }
    const { failed, failure, requests } = await ask(load, cases[name], call, bounds)
    const share = shareAsked(cases[name].way, requests, { before, after: await countsAt(model) })
    if (failed === 0 && requests > 0) answered.push(turn)
    else {
      cannot.set(name, failure ?? 'it did not answer')
      say(`${side} cannot: ${cases[name].name}: ${failure}`)
    }
    if (share !== undefined && share < oftenEnough)
      remarks.set(name, `asked the failing provider for ${Math.round(share * 100)} % of requests`)
  }
  return answered
}

/**
 * Warms all sides up, then measures them in rounds, each in an order of its own: a busy moment of the machine meets all sides. Gives the
 * number of rounds that there was time for.
 */
export async function measureRounds(
  running: ReadonlyMap<string, RunningSide>,
  measured: ReadonlyMap<string, Measured>,
  deps: Deps,
): Promise<number> {
  const { load, extent, random, logFiles, say } = deps
  const turns = await warmUp(turnsOf(running), measured, deps)
  const end = performance.now() + extent.withinMs
  let round = 0
  while (round < extent.rounds && performance.now() < end) {
    round += 1
    say(`round ${round} of ${extent.rounds}`)
    for (const { side, name, call, beside } of shuffled(turns, random)) {
      const wanted: Case = cases[name]
      const seconds = extent.seconds * (wanted.share ?? 1)
      const bounds = { requests: extent.requests, beside }
      const leadIn =
        wanted.leadIn && (await ask(load, wanted, call, { ...bounds, seconds: leadInSeconds }))
      const sample = await ask(load, wanted, call, { ...bounds, seconds })
      const { samples, memory } = measured.get(side)!
      samples.set(name, [...(samples.get(name) ?? []), { ...sample, ...(leadIn && { leadIn }) }])
      const { pid } = running.get(side)!
      if (memory && pid !== undefined)
        memory.loaded = Math.max(memory.loaded, await residentOf(pid))
    }
    // What is logged is written as in production, and would fill the disk.
    await Promise.all(logFiles().map((file) => truncate(file).catch(() => undefined)))
  }
  return round
}
