import { truncate } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { exec } from '../../cluster/harness/exec.ts'
import { nodeFlags } from '@codelab/operator/workspace/children/node-flags'
import { cpuSecondsOf, type Load, type Order, putLoad } from '../loading.ts'
import { shuffled } from '../peers/order.ts'
import { allCores } from '../peers/place.ts'
import { eventLoopDelay } from './event-loop.ts'
import { firstRefreshes, keys, refreshes, signIns } from './orders.ts'
import type { AuthSide } from './side.ts'
import { authVariables } from './sides/service.ts'

/** What one case gave in one round. */
export type Sample = {
  /** Hashes or right answers. */
  readonly count: number
  readonly failed: number
  readonly failure?: string | undefined
  readonly seconds: number
  /** Processor time of the process that is measured. */
  readonly cpuSeconds: number
  /** The same of PostgreSQL and Redis, and of the load program. */
  readonly storesCpuSeconds: number
  readonly loadCpuSeconds: number
  /** Milliseconds; absent for bare hashes. */
  readonly p50?: number
  readonly p99?: number
  /** Milliseconds by which the event loop was late, p99; absent where nobody tells. */
  readonly loopDelay?: number
}

export type Extent = {
  readonly rounds: number
  /** Of each case in each round. */
  readonly seconds: number
  /** At most so many requests in each; 0: as many as fit into the time. */
  readonly requests: number
  /** No round begins later than this after the first one. */
  readonly withinMs: number
}

export const caseNames = [
  'bare hashes',
  'sign-ins',
  'refresh, quiet',
  'refresh while hashing',
  'refreshes',
  'refreshes, bare provider',
  'keys',
  'keys, bare provider',
] as const
export type CaseName = (typeof caseNames)[number]
export type Results = ReadonlyMap<CaseName, readonly Sample[]>

type Deps = {
  readonly service: AuthSide
  readonly bare: AuthSide
  /** Processes of PostgreSQL and Redis. */
  readonly stores: readonly number[]
  readonly load: string
  readonly callers: number
  readonly extent: Extent
  readonly random: () => number
  readonly logFiles: () => readonly string[]
  readonly say: (line: string) => void
}

const floor = join(import.meta.dirname, 'floors/hashing.ts')
const patienceMs = 60_000

/** Hashes on all cores at once, by a process with the service's flags. */
async function hashBare(seconds: number): Promise<Sample> {
  const args = [...nodeFlags, floor, String(availableParallelism()), String(seconds)]
  const options = { env: { ...authVariables, NODE_ENV: 'production' }, withinMs: patienceMs }
  const said = JSON.parse(await exec(process.execPath, args, options)) as {
    hashes: number
    seconds: number
    cpuSeconds: number
  }
  const { hashes: count, ...took } = said
  return { count, failed: 0, ...took, storesCpuSeconds: 0, loadCpuSeconds: 0 }
}

/** Asks one side, and the kernel what that cost whom. */
async function asked(side: AuthSide, { stores }: Deps, work: () => Promise<Load>): Promise<Sample> {
  const all = async () => {
    const own = await cpuSecondsOf(side.pid)
    const theirs = await Promise.all(stores.map(cpuSecondsOf))
    return { own, theirs: theirs.reduce((sum, each) => sum + each, 0) }
  }
  const delay = side.metrics === undefined ? undefined : await eventLoopDelay(side.metrics)
  const before = await all()
  const load = await work()
  const after = await all()
  return {
    count: load.requests,
    ...{ failed: load.failed, failure: load.failure, seconds: load.seconds },
    cpuSeconds: after.own - before.own,
    storesCpuSeconds: after.theirs - before.theirs,
    loadCpuSeconds: load.ownCpuSeconds,
    ...{ p50: load.latency.p50 / 1_000, p99: load.latency.p99 / 1_000 },
    ...(delay && { loopDelay: await delay() }),
  }
}

/** Runs the cases in rounds, each in an order of its own. Answers what each round gave. */
export async function measureRounds(deps: Deps): Promise<Results> {
  const { service, bare, load, callers, extent, random, say } = deps
  const run = (order: Omit<Order, 'seconds'>) =>
    putLoad(load, { ...order, seconds: extent.seconds, requests: extent.requests }, allCores)
  const ask = (side: AuthSide, order: Omit<Order, 'seconds'>) => asked(side, deps, () => run(order))

  const chains = new Map<AuthSide, string[]>()
  for (const side of [service, bare]) chains.set(side, await firstRefreshes(side, callers))
  /** Refreshes of the first callers, whose next tokens are kept for the next time. */
  const refresh = (side: AuthSide, count: number, beside?: () => Promise<unknown>) =>
    asked(side, deps, async () => {
      const chain = chains.get(side)!
      const order = refreshes(side, chain.slice(0, count))
      const [done] = await Promise.all([run(order), beside?.()])
      chain.splice(0, count, ...done.bodies!)
      return done
    })

  const cases: Record<CaseName, () => Promise<Sample>> = {
    'bare hashes': () => hashBare(extent.seconds),
    'sign-ins': () => ask(service, signIns(service, callers)),
    'refresh, quiet': () => refresh(service, 1),
    'refresh while hashing': () =>
      refresh(service, 1, async () => {
        const { failed, failure } = await run(signIns(service, callers))
        if (failed > 0) throw new Error(`${failed} sign-ins failed: ${failure}`)
      }),
    refreshes: () => refresh(service, callers),
    'refreshes, bare provider': () => refresh(bare, callers),
    keys: () => ask(service, keys(service, callers)),
    'keys, bare provider': () => ask(bare, keys(bare, callers)),
  }

  const results = new Map<CaseName, Sample[]>(caseNames.map((name) => [name, []]))
  say('warming up')
  for (const name of caseNames) await cases[name]()
  const end = performance.now() + extent.withinMs
  for (let round = 1; round <= extent.rounds && performance.now() < end; round += 1) {
    say(`round ${round} of ${extent.rounds}`)
    for (const name of shuffled(caseNames, random)) results.get(name)!.push(await cases[name]())
    // What is logged is written as in production, and would fill the disk.
    await Promise.all(deps.logFiles().map((file) => truncate(file).catch(() => undefined)))
  }
  return results
}
