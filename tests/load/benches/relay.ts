import { freePort } from '@codelab/standalone/stores/free-port'
import { programPath } from '../../cluster/harness/programs.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { type Bench, type Figure, rounds, type Surroundings, type Wish } from '../bench.ts'
import { keepPage } from '../keep-page.ts'
import { shuffled } from '../peers/order.ts'
import { otherCores } from '../peers/place.ts'
import { createPrograms } from '../peers/programs.ts'
import { agentAt } from '../relay/agent.ts'
import { type Case, casesOf, full, idleMemory, type Rig, small, warm } from '../relay/cases.ts'
import { startCrowd } from '../relay/crowd.ts'
import { type Measured, type Sample, take } from '../relay/measures.ts'
import { comparison, everyRound, pageOf } from '../relay/page.ts'
import type { RunningRelay, Side } from '../relay/side.ts'
import { checked } from '../relay/sides/checked.ts'
import { bare, bun, parse, socketIo, splice } from '../relay/sides/floors.ts'
import { gateway } from '../relay/sides/gateway.ts'
import { targetsOf } from '../relay/targets.ts'

const sides: readonly Side[] = [bare, splice, checked, gateway, bun, socketIo, parse]

const extents = {
  full: { size: full, rounds, memoryRounds: 3, restMs: 3_000, withinMs: 15 * 60_000 },
  small: { size: small, rounds: 1, memoryRounds: 1, restMs: 500, withinMs: 120_000 },
}
type Extent = (typeof extents)['full']

/** One of the sides, ready to be started. */
type Entry = {
  readonly side: Side
  readonly prepared: Awaited<ReturnType<Side['prepare']>>
  readonly measured: Measured
}

type Deps = {
  readonly entries: readonly Entry[]
  /** host:port of the agent stand-in. */
  readonly agent: string
  readonly load: string
  readonly random: () => number
  readonly extent: Extent
  readonly say: (line: string) => void
}

const nothing = (): Measured => ({ values: new Map(), remarks: new Map() })

/** Puts one case to one side that runs, with a crowd of its own. */
async function put(
  { agent, load }: Deps,
  { side, prepared }: Entry,
  {
    relay,
    into,
    work,
  }: { relay: RunningRelay; into: Measured; work: (rig: Rig) => Promise<Sample> },
): Promise<void> {
  const crowd = startCrowd(load)
  const tokens = prepared.tokens ?? (async () => [])
  const remark = (of: string, what: string) => void into.remarks.set(of, what)
  try {
    take(into, await work({ side, relay, crowd, tokens, remark, agent: agentAt(agent) }))
  } catch (error) {
    throw new Error(`${side.name}: ${(error as Error).message}`, { cause: error })
  } finally {
    await crowd.leave()
  }
}

/** All sides run side by side and are asked in turn, each round in an order of its own. Gives the number of rounds that there was time for. */
async function measureRounds(deps: Deps): Promise<number> {
  const { entries, random, extent, say } = deps
  const running: RunningRelay[] = []
  const turns: { entry: Entry; relay: RunningRelay; work: Case }[] = []
  for (const entry of entries) {
    say(`starting ${entry.side.name}`)
    const relay = await entry.prepared.start(entry.side.name)
    running.push(relay)
    for (const work of casesOf(entry.side)) turns.push({ entry, relay, work })
  }
  say('warming up')
  for (const { entry, relay, work } of turns)
    await put(deps, entry, { relay, into: nothing(), work: (rig) => work(rig, warm) })
  const end = performance.now() + extent.withinMs
  let done = 0
  while (done < extent.rounds && performance.now() < end) {
    done += 1
    say(`round ${done} of ${extent.rounds}`)
    for (const { entry, relay, work } of shuffled(turns, random)) {
      const into = entry.measured
      await put(deps, entry, { relay, into, work: (rig) => work(rig, extent.size) })
    }
  }
  await Promise.all(running.map(({ stop }) => stop()))
  return done
}

/** Memory tells only of a process that has done nothing else. */
async function measureMemory(deps: Deps): Promise<void> {
  const { entries, random, extent, say } = deps
  for (let round = 1; round <= extent.memoryRounds; round += 1) {
    say(`memory, round ${round} of ${extent.memoryRounds}`)
    for (const entry of shuffled(entries, random)) {
      const relay = await entry.prepared.start(`${entry.side.name}-${round}`)
      const work = (rig: Rig) => idleMemory(rig, extent.size, extent.restMs)
      await put(deps, entry, { relay, into: entry.measured, work })
      await relay.stop()
    }
  }
}

async function run(wanted: Surroundings & Wish): Promise<Figure[]> {
  const { folder, say, machine, small: isSmall, record, seed } = wanted
  if (isSmall && record) throw new Error('--small has no figures that --record could keep')
  const extent = extents[isSmall ? 'small' : 'full']
  say(`seed ${seed}`)
  const [stand, load] = [await programPath('bench-agent'), await programPath('bench-sockets')]
  const programs = createPrograms(folder)
  const entries: Entry[] = []
  try {
    const port = await freePort()
    const agent = `127.0.0.1:${port}`
    await programs.start({
      name: 'agent',
      command: stand,
      args: ['-port', String(port)],
      readyUrl: `http://${agent}/streams`,
      cores: otherCores,
    })
    for (const side of sides) {
      const prepared = await side.prepare({ folder, agent, programs, say })
      entries.push({ side, prepared, measured: nothing() })
    }
    const deps = { entries, agent, load, extent, say, random: seededRandom(seed) }
    const done = await measureRounds(deps)
    await measureMemory(deps)
    const results = new Map(entries.map(({ side, measured }) => [side.name, measured]))
    const figures = targetsOf(results)
    say(`all sides:\n\n${comparison(results)}\n`)
    const facts = { ...machine, seed: String(seed), rounds: String(done) }
    if (record) {
      const about = sides.map(({ name, about: what }) => `**${name}**: ${what}`)
      await keepPage('relay', {
        page: (tried) => pageOf(results, figures, { facts, sides: about, tried }),
        data: { facts, figures, sides: everyRound(results) },
      })
    }
    return figures
  } finally {
    await programs.stop()
    for (const { prepared } of entries) await prepared.close()
  }
}

/** The gateway's way from the agent's stream to a WebSocket beside other relays. */
export const relay: Bench = {
  name: 'relay',
  about:
    'the gateway beside relays on ws, Bun and Socket.IO, and a floor that checks nothing (about 15 minutes)',
  onlyWhenNamed: true,
  run,
}
