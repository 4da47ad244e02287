import { setTimeout as pause } from 'node:timers/promises'
import { cpuSecondsOf } from '../loading.ts'
import { residentOf } from '../peers/rounds.ts'
import { quantile } from '../statistics.ts'
import type { AgentHandles } from './agent.ts'
import type { Crowd, Said } from './crowd.ts'
import type { Sample } from './measures.ts'
import type { RunningRelay, Side } from './side.ts'

/** One relay that runs, and a crowd to put before it. */
export type Rig = {
  readonly side: Side
  readonly relay: RunningRelay
  readonly crowd: Crowd
  readonly agent: AgentHandles
  /** New tokens for so many people. */
  readonly tokens: (people: number) => Promise<readonly string[]>
  readonly remark: (of: string, what: string) => void
}

/** How much of everything: the sizes that the figures are told of, or a few to try the bench. */
export type Size = {
  readonly streams: number
  readonly frames: number
  readonly sockets: number
  readonly crowd: number
  readonly many: number
  readonly stallS: number
}
export const full: Size = {
  ...{ streams: 200, frames: 100, sockets: 400 },
  ...{ crowd: 1_000, many: 500, stallS: 5 },
}
export const small: Size = {
  ...{ streams: 20, frames: 20, sockets: 20 },
  ...{ crowd: 50, many: 20, stallS: 6 },
}

/** Only so that all code is warm: V8 takes thousands of sockets until it has made all it makes of a function. */
export const warm: Size = { ...small, streams: 100, frames: 50, sockets: 2_000, stallS: 0.1 }

/** Clients that dial at the same time. */
const atOnce = 20
/** A person may have 512 sockets. */
const socketsPerPerson = 100
const withinS = 60
const idleSession = 'n.0.0.1'

const checked = (said: Said, wanted: number): Said => {
  if (said.failed > 0 || said.done !== wanted)
    throw new Error(`${said.failed} of ${wanted} sockets failed: ${said.failure}`)
  return said
}
const p = (part: number, { times }: Said) => quantile(times ?? [], part)

/** Opens a group of sockets; resolves when all are greeted, and their streams are open. */
async function open(
  { side, relay, crowd, agent, tokens }: Rig,
  group: string,
  wanted: { session: string; count: number; streams?: number; people?: number },
): Promise<Said> {
  const { session, count, streams = count } = wanted
  const people = wanted.people ?? Math.ceil(count / socketsPerPerson)
  const order = { session, count, atOnce, address: relay.address, protocol: side.protocol }
  const bearers = await tokens(people)
  const said = checked(await crowd.open(group, { ...order, tokens: bearers }), count)
  if (side.relays) await agent.streams(streams)
  return said
}

async function close({ side, crowd, agent }: Rig, ...groups: readonly string[]): Promise<void> {
  for (const group of groups) await crowd.close(group)
  if (side.relays) await agent.streams(0)
}

const cpuOf = async ({ relay }: Rig, work: () => Promise<unknown>): Promise<number> => {
  const before = await cpuSecondsOf(relay.pid)
  await work()
  return (await cpuSecondsOf(relay.pid)) - before
}

/** Streams side by side, `bunch` frames in each of the agent's writes. */
async function stream(
  rig: Rig,
  { streams, writes, bunch, everyUs }: Record<'streams' | 'writes' | 'bunch' | 'everyUs', number>,
) {
  const frames = writes * bunch
  await open(rig, 'all', { session: `g.${everyUs}.${frames}.${bunch}`, count: streams })
  let said: Said | undefined
  const cpu = await cpuOf(rig, async () => {
    await rig.agent.begin()
    said = checked(await rig.crowd.hear('all', frames, withinS), streams)
  })
  await close(rig, 'all')
  return { said: said!, perCpuSecond: said!.frames / cpu }
}

export type Case = (rig: Rig, size: Size) => Promise<Sample>

/** What is measured in every round, of relays that go on running. */
const carried: readonly Case[] = [
  async function live(rig, { streams, frames: writes }) {
    const { said, perCpuSecond } = await stream(rig, {
      ...{ streams, writes, bunch: 1, everyUs: 20_000 },
    })
    return { live: perCpuSecond, liveP50: p(0.5, said), liveP99: p(0.99, said) }
  },
  async function bunched(rig, { streams, frames }) {
    const { perCpuSecond } = await stream(rig, {
      ...{ streams: streams / 4, writes: frames / 2, bunch: 20, everyUs: 40_000 },
    })
    return { bunched: perCpuSecond }
  },
  async function storm(rig, { crowd: count, streams }) {
    const steady = streams / 2
    await open(rig, 'steady', { session: 'g.50000.100000.1', count: steady })
    await open(rig, 'others', { session: idleSession, count, streams: steady + count })
    await rig.agent.begin()
    await rig.crowd.hear('steady', 5, withinS)
    await rig.crowd.mark('steady')
    const calm = checked(await rig.crowd.hear('steady', 20, withinS), steady)
    await rig.crowd.mark('steady')
    const back = checked(await rig.crowd.reopen('others'), count)
    const meanwhile = checked(await rig.crowd.hear('steady', 1, withinS), steady)
    await close(rig, 'others', 'steady')
    return { calmP99: p(0.99, calm), stormP99: p(0.99, meanwhile), stormMs: back.seconds * 1_000 }
  },
  async function stalled(rig, { many, stallS }) {
    await open(rig, 'others', { session: 'g.100000.100000.1', count: many })
    await rig.agent.begin()
    await rig.crowd.hear('others', 5, withinS)
    await rig.crowd.mark('others')
    const quiet = checked(await rig.crowd.hear('others', 10, withinS), many)
    const before = await residentOf(rig.relay.pid)
    // About 20 MiB, as fast as they are taken.
    await open(rig, 'stalled', { session: 'n.1000.150000.100', count: 1, streams: many + 1 })
    await rig.crowd.stall('stalled')
    await rig.crowd.mark('others')
    const meanwhile = checked(await rig.crowd.hear('others', Math.ceil(stallS * 10), withinS), many)
    const grown = (await residentOf(rig.relay.pid)) - before
    const { code, reason = '', frames } = await rig.crowd.ending('stalled', 1)
    rig.remark(
      'stalled',
      code === 0
        ? `the stalled reader is left as it is: ${frames} frames were kept for it`
        : `the stalled reader is closed with ${code}: ${reason}`,
    )
    await close(rig, 'stalled', 'others')
    return {
      ...{ quietP99: p(0.99, quiet), stalledP99: p(0.99, meanwhile), stalledMiB: grown },
    }
  },
]

/** Sockets that are opened, and once more with tokens that have been seen. */
async function opening(rig: Rig, { sockets }: Size) {
  const wanted = { session: idleSession, count: sockets, people: sockets }
  // Signing is not the relay's.
  const bearers = await rig.tokens(sockets)
  const ready = { ...rig, tokens: async () => bearers }
  const first = await cpuOf(rig, () => open(ready, 'all', wanted))
  await close(rig, 'all')
  const again = await cpuOf(rig, () => open(ready, 'all', wanted))
  await close(rig, 'all')
  return { opened: sockets / first, reopened: sockets / again }
}

/** What one side can be asked. */
export const casesOf = ({ relays, onlyOpens = !relays }: Side): readonly Case[] =>
  onlyOpens ? [opening] : [...carried, opening]

/** What a socket takes that is open and hears nothing, of a relay that was just started and has had some before. */
export async function idleMemory(rig: Rig, { crowd: count, sockets }: Size, restMs: number) {
  await open(rig, 'first', { session: idleSession, count: sockets })
  await close(rig, 'first')
  await pause(restMs)
  const before = await residentOf(rig.relay.pid)
  await open(rig, 'all', { session: idleSession, count })
  await pause(restMs)
  const grown = (await residentOf(rig.relay.pid)) - before
  await close(rig, 'all')
  return { idle: (grown * 1_024) / count }
}
