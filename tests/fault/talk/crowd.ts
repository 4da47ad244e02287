import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { Figure } from '../../load/bench.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { checkLedger, faultKinds, tokensIn, type Finding } from './check-ledger.ts'
import type { Wish } from './known-model.ts'
import { readLog } from './read-log.ts'
import { endedTurns, openTalker, type Talker } from './talker.ts'
import { watchWire, type WireWatcher } from './wire-watcher.ts'

/** So many conversations are followed by a second device. */
const watchedPart = 1 / 10

/** What a fault does to one talker may differ from what it does to another: `wish` asks for each one's n-th message. */
type Wanted = {
  readonly fleet: Fleet
  /** For the clients' journals. */
  readonly folder: string
  readonly count: number
  readonly say: (line: string) => void
  readonly wish: (talker: number, message: number) => Wish
}

export type Crowd = {
  /** Of the one person whose conversations they all are. */
  readonly token: string
  readonly talkers: readonly Talker[]
  /** How long each reconnection took from its dialling, in milliseconds. */
  readonly resumed: readonly number[]
  /** Waits until each conversation has had another turn; answers how many had none within the patience's time. */
  goOn(): Promise<number>
  /** Asks no more; resolves when all running turns have ended, or when none has for the patience's time. */
  finish(): Promise<void>
  /** Says what is wrong with any of the conversations. */
  check(): Promise<Finding[]>
  close(): void
}

/** Nothing heals so slowly that a conversation without news for so long is not lost. */
const patienceMs = 60_000

/** True when it was settled in time. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<false>()
  const timer = setTimeout(() => resolve(false), ms)
  const done = await Promise.race([work.then(() => true), promise])
  clearTimeout(timer)
  return done
}

/** Starts clients of one person, each in a conversation of its own, asking again as soon as it is answered. */
export async function startCrowd({ fleet, folder, count, wish, say }: Wanted): Promise<Crowd> {
  const { token } = await fleet.addPerson('ann')
  const resumed: number[] = []
  let finishing = false
  const talkers: Talker[] = []
  const watchers = new Map<string, WireWatcher>()
  const talking: Promise<void>[] = []

  const talk = async (talker: Talker, at: number) => {
    for (let message = 0; !finishing; message += 1) await talker.ask(wish(at, message))
  }
  for (let at = 0; at < count; at += 1) {
    const journal = join(folder, 'journals', String(at))
    await mkdir(journal, { recursive: true })
    const talker = openTalker({
      gateway: fleet.gateway,
      token,
      journal,
      onResumed: (ms) => void resumed.push(ms),
    })
    talkers.push(talker)
    const { session } = talker.ledger
    if (at < count * watchedPart)
      watchers.set(session, watchWire({ gateway: fleet.gateway, token, session }))
    // A message that is never acknowledged is a conversation that the check finds lost.
    talking.push(talk(talker, at).catch(() => undefined))
  }
  const frames = () => talkers.reduce((sum, { ledger }) => sum + ledger.frames.length, 0)

  return {
    token,
    talkers,
    resumed,
    async goOn() {
      const next = talkers.map(async (talker) => {
        const went = await within(patienceMs, talker.turnsEnded(endedTurns(talker.ledger) + 1))
        const { session, frames } = talker.ledger
        if (!went) say(`session ${session} does not go on after ${JSON.stringify(frames.at(-1))}`)
        return went
      })
      return (await Promise.all(next)).filter((went) => !went).length
    },
    async finish() {
      finishing = true
      const all = Promise.all(talking)
      for (let before = -1; frames() > before;) {
        before = frames()
        if (await within(patienceMs, all)) return
      }
    },
    async check() {
      const pool = new pg.Pool({ connectionString: fleet.stores.urls.agentUrl, max: 4 })
      try {
        const findings: Finding[] = []
        for (const { ledger } of talkers) {
          const log = await readLog(pool, ledger.session)
          const wire = await watchers.get(ledger.session)?.check(log)
          findings.push(...checkLedger(ledger, log), ...(wire ?? []))
        }
        return findings
      } finally {
        await pool.end()
      }
    },
    close() {
      for (const each of [...talkers, ...watchers.values()]) each.close()
    },
  }
}

/** Each kind of finding as a figure that must be 0, and how much was looked at. */
export function crowdFigures({ talkers }: Crowd, findings: readonly Finding[]): Figure[] {
  const ledgers = talkers.map(({ ledger }) => ledger)
  const sum = (count: (ledger: (typeof ledgers)[number]) => number) =>
    ledgers.reduce((total, ledger) => total + count(ledger), 0)
  const timesOf = (kind: Finding['kind']) =>
    findings.filter((each) => each.kind === kind).reduce((total, { times }) => total + times, 0)
  return [
    { name: 'conversations', value: ledgers.length, unit: 'count' },
    {
      name: 'messages acknowledged',
      value: sum((each) => each.acknowledged.length),
      unit: 'count',
    },
    { name: 'tokens shown', value: tokensIn(ledgers), unit: 'count' },
    { name: 'tools executed', value: sum((each) => each.runs.length), unit: 'count' },
    ...faultKinds.map((kind): Figure => ({
      name: kind,
      value: timesOf(kind),
      unit: 'count',
      atMost: 0,
    })),
  ]
}
