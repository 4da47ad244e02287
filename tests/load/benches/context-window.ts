import type { EventEmitter } from 'node:events'
import { join } from 'node:path'
import type pg from 'pg'
import { windowQuery } from '@codelab/agent/context/read-window'
import type { WindowRow } from '@codelab/agent/context/units'
import { assembleWindow } from '@codelab/agent/context/window'
import { migrate } from '@codelab/agent/store/migrate'
import { createLog } from '@codelab/runtime/log'
import { createPool } from '@codelab/runtime/postgres'
import { startPostgres } from '@codelab/standalone/stores/postgres'
import { rounds, type Bench } from '../bench.ts'
import { median } from '../statistics.ts'

const maxTokens = 8_000
const perRound = 40
const sessions = { short: 100, long: 10_000 } as const
type Session = keyof typeof sessions

async function fill(pool: pg.Pool) {
  for (const [session, length] of Object.entries(sessions)) {
    await pool.query(
      `insert into message (session_id, position, id, role, content, token_count)
       select $1, n, $1 || n, case n % 2 when 1 then 'user' else 'assistant' end, repeat('word ', 40), 44
       from generate_series(1, $2::int) as n`,
      [session, length],
    )
  }
  await pool.query('vacuum analyze message')
}

const assemble = (rows: WindowRow[], session: Session) =>
  assembleWindow({
    systemText: 'You help.',
    tools: [],
    rows,
    maxTokens,
    turnMessageId: lastOf(session),
  })

/** The newest message of the person. */
const lastOf = (session: Session) => `${session}${sessions[session] - 1}`

const readWindow = async (pool: pg.Pool, session: Session) => {
  const query = windowQuery({ sessionId: session, turnMessageId: lastOf(session), maxTokens })
  const { rows } = await pool.query<WindowRow>(query)
  return assemble(rows, session)
}

/** What one would write first: read the session, then cut it down. */
const readAll = async (pool: pg.Pool, session: Session) => {
  const { rows } = await pool.query<WindowRow>({
    name: 'all',
    text: `select position::float8 as position, id, role, content, tool_calls as "toolCalls", call_id as "callId",
      token_count as "tokenCount", replaced from message where session_id = $1 order by position`,
    values: [session],
  })
  return assemble(rows.slice(-50), session)
}

/** Counts answers of the server that end a round trip, over all connections. */
function countRoundTrips(pool: pg.Pool) {
  let count = 0
  pool.on('connect', (client) => {
    // pg's types leave the protocol's connection out.
    const { connection } = client as pg.PoolClient & { connection: EventEmitter }
    connection.on('readyForQuery', () => void (count += 1))
  })
  return () => count
}

async function timed(times: number, work: () => Promise<unknown>) {
  const began = performance.now()
  for (let time = 0; time < times; time += 1) await work()
  return (performance.now() - began) / times
}

async function measure(pool: pg.Pool, say: (line: string) => void) {
  const roundTrips = countRoundTrips(pool)
  await timed(perRound, () => readWindow(pool, 'short'))
  await timed(perRound, () => readWindow(pool, 'long'))
  const before = roundTrips()
  await timed(perRound, () => readWindow(pool, 'long'))
  const perRead = (roundTrips() - before) / perRound

  const short: number[] = []
  const long: number[] = []
  const all: number[] = []
  for (let round = 1; round <= 2 * rounds; round += 1) {
    short.push(await timed(perRound, () => readWindow(pool, 'short')))
    long.push(await timed(perRound, () => readWindow(pool, 'long')))
    all.push(await timed(2, () => readAll(pool, 'long')))
    say(
      `round ${round}: ${short.at(-1)!.toFixed(2)} ms of 100 messages, ${long.at(-1)!.toFixed(2)} ms of 10,000, ${all.at(-1)!.toFixed(1)} ms to read them all`,
    )
  }
  return { short, long, all, perRead }
}

/** The context window of a long session against that of a short one, on PostgreSQL with the agent's own schema and query. */
export const contextWindow: Bench = {
  name: 'context-window',
  about: 'reading the context window of a session of 10,000 messages, against one of 100',
  async run({ folder, say }) {
    const log = createLog({ service: 'bench', level: 'warn' })
    const postgres = await startPostgres({
      folder: join(folder, 'postgres'),
      password: 'bench',
      log,
    })
    try {
      const url = await postgres.databaseUrl('agent')
      await migrate(url, log)
      const pool = createPool({ url, log, applicationName: 'bench' })
      await fill(pool)
      await pool.end()

      const fresh = createPool({ url, log, applicationName: 'bench' })
      const { short, long, all, perRead } = await measure(fresh, say)
      await fresh.end()
      return [
        { name: '100 messages, median', value: median(short), unit: 'ms' },
        { name: '10,000 messages, median', value: median(long), unit: 'ms' },
        {
          name: '10,000 messages to 100',
          value: median(long) / median(short),
          unit: 'ratio',
          atMost: 1.2,
        },
        { name: 'round trips of one read', value: perRead, unit: 'count', atMost: 1 },
        {
          name: 'reading all 10,000 to reading the window',
          value: median(all) / median(long),
          unit: 'ratio',
        },
      ]
    } finally {
      await postgres.stop()
    }
  },
}
