import { splitRows, windowQuery, type ReadRow } from '@codelab/agent/context/read-window'
import type { WindowRow } from '@codelab/agent/context/units'
import { assembleWindow } from '@codelab/agent/context/window'
import { migrate } from '@codelab/agent/store/migrate'
import pg from 'pg'
import { silentLog } from '../../support/silent-log.ts'
import { createDatabase } from '../../support/stores.ts'

let database: Awaited<ReturnType<typeof createDatabase>>
let pool: pg.Pool

beforeAll(async () => {
  database = await createDatabase()
  await migrate(database.url, silentLog)
  pool = new pg.Pool({ connectionString: database.url, max: 2 })
  for (const [session, length] of [
    ['short', 100],
    ['long', 10_000],
    ['other', 20_000],
  ] as const) {
    await pool.query(
      `insert into message (session_id, position, id, role, content, token_count)
       select $1, n, $1 || n, case n % 2 when 1 then 'user' else 'assistant' end, repeat('word ', 40), 44
       from generate_series(1, $2::int) as n`,
      [session, length],
    )
  }
  await pool.query('vacuum analyze message')
})

afterAll(async () => {
  await pool.end()
  await database.drop()
})

const read = async (
  sessionId: string,
  turnMessageId: string,
  historyLimit?: number,
  maxTokens = 8_000,
) => {
  const query = windowQuery({
    sessionId,
    turnMessageId,
    maxTokens,
    ...(historyLimit && { historyLimit }),
  })
  return (await pool.query<WindowRow>(query)).rows
}
const idsOf = (rows: WindowRow[]) => rows.map(({ id }) => id)

type Stored = Partial<{
  role: string
  content: string
  tool_calls: unknown
  call_id: string
  token_count: number
  replaced: boolean
}>
async function store(session: string, rows: Stored[]): Promise<void> {
  for (const [index, row] of rows.entries()) {
    await pool.query(
      `insert into message (session_id, position, id, role, content, tool_calls, call_id, token_count, replaced)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        session,
        index + 1,
        `${index + 1}`,
        row.role ?? 'user',
        row.content ?? `text ${index + 1}`,
        row.tool_calls ? JSON.stringify(row.tool_calls) : null,
        row.call_id ?? null,
        row.token_count ?? 10,
        row.replaced ?? false,
      ],
    )
  }
}
const calls = (...ids: string[]): Stored => ({
  role: 'assistant',
  content: '',
  tool_calls: ids.map((call_id) => ({ call_id, tool_name: 'read_file', arguments: { path: 'a' } })),
})

test('gives the newest messages of the session, oldest first, as the window takes them', async () => {
  const rows = await read('long', 'long9999')
  expect(idsOf(rows)).toEqual(Array.from({ length: 50 }, (_, index) => `long${9_951 + index}`))
  expect(rows[0]).toEqual({
    position: 9_951,
    id: 'long9951',
    role: 'user',
    content: 'word '.repeat(40),
    toolCalls: null,
    callId: null,
    tokenCount: 44,
    replaced: false,
  })
})

test('gives no more than the tokens reach', async () => {
  expect(await read('long', 'long9999', 50, 440)).toHaveLength(10)
})

test('gives the turn’s message once, wherever it stands', async () => {
  expect(idsOf(await read('long', 'long17')).slice(0, 2)).toEqual(['long17', 'long9951'])
  expect(idsOf(await read('long', 'long9999')).filter((id) => id === 'long9999')).toHaveLength(1)
})

test('knows nothing of other sessions', async () => {
  expect(await read('nobody', 'long17')).toEqual([])
  expect(idsOf(await read('short', 'long17'))).not.toContain('long17')
})

test('leaves replaced messages out', async () => {
  await store('edited', [{}, { replaced: true }, { role: 'assistant', replaced: true }, {}])
  expect(idsOf(await read('edited', '4'))).toEqual(['1', '4'])
})

test('reaches back to the calls of answers that the history limit would part from them', async () => {
  const ids = Array.from({ length: 8 }, (_, index) => `c${index}`)
  const answers = ids.map((call_id) => ({ role: 'tool', call_id }))
  await store('torn', [{}, { role: 'assistant' }, {}, calls(...ids), ...answers])
  const rows = await read('torn', '3', 4)
  expect(idsOf(rows)).toEqual(['3', '4', '5', '6', '7', '8', '9', '10', '11', '12'])
  const window = assembleWindow({
    systemText: 's',
    tools: [],
    rows,
    maxTokens: 8_000,
    turnMessageId: '3',
  })
  expect(window.map(({ role }) => role)).toEqual([
    'system',
    'user',
    'assistant',
    ...ids.map(() => 'tool'),
  ])
})

test('gives the newest calls with all their answers even if these fill the window alone', async () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f']
  const answers = ids.map((call_id) => ({ role: 'tool', call_id, token_count: 1_900 }))
  await store('full', [{}, calls(...ids), ...answers])
  expect(await read('full', '1')).toHaveLength(8)
})

test('a flood of notices does not hide the conversation', async () => {
  const notices = Array.from({ length: 300 }, (_, index) => ({
    role: 'system',
    content: `File ${index} was modified by user`,
  }))
  await store('flood', [{}, calls('a'), ...notices, { role: 'tool', call_id: 'a' }])
  const rows = await read('flood', '1')
  expect(rows.filter(({ role }) => role !== 'system')).toHaveLength(3)
  expect(rows.filter(({ role }) => role === 'system')).toHaveLength(20)
})

test('what changed before the first message is told too', async () => {
  const notice = { role: 'system', content: 'File a was modified by user' }
  await store('early', [notice, {}, notice])
  expect(idsOf(await read('early', '2'))).toEqual(['1', '2', '3'])
})

test('notices older than the history that is read are left out', async () => {
  const notice = { role: 'system', content: 'File a was modified by user' }
  await store('old', [notice, {}, {}, notice, {}])
  expect(idsOf(await read('old', '5', 2))).toEqual(['3', '4', '5'])
})

type Plan = {
  'Actual Rows': number
  'Actual Loops': number
  'Relation Name'?: string
  'Node Type': string
  Plans?: Plan[]
}

/** Rows taken from the table and pages touched, as PostgreSQL counts them. */
async function effort(sessionId: string, turnMessageId: string) {
  const { text, values } = windowQuery({ sessionId, turnMessageId, maxTokens: 8_000 })
  const explained = await pool.query<{
    'QUERY PLAN': [{ Plan: Plan & { 'Shared Hit Blocks': number; 'Shared Read Blocks': number } }]
  }>(`explain (analyze, buffers, format json) ${text}`, values)
  const root = explained.rows[0]!['QUERY PLAN'][0].Plan
  const scans = (plan: Plan): Plan[] => [
    ...(plan['Relation Name'] ? [plan] : []),
    ...(plan.Plans ?? []).flatMap(scans),
  ]
  return {
    rows: scans(root).reduce((sum, scan) => sum + scan['Actual Rows'] * scan['Actual Loops'], 0),
    pages: root['Shared Hit Blocks'] + root['Shared Read Blocks'],
    scans: scans(root).map((scan) => scan['Node Type']),
  }
}

test('reads as many rows of 10,000 messages as of 100, by index alone', async () => {
  const short = await effort('short', 'short1')
  const long = await effort('long', 'long1')
  process.stdout.write(
    `context window: 100 messages ${JSON.stringify(short)}, 10,000 ${JSON.stringify(long)}\n`,
  )
  expect(long.rows).toBe(short.rows)
  expect(long.pages).toBeLessThanOrEqual(short.pages * 1.5 + 4)
  expect(long.scans).not.toContain('Seq Scan')
})

const compact = (session: string, upTo: number, content: string | null) =>
  pool.query(
    `insert into compaction (session_id, up_to, outcome, content, token_count) values ($1, $2, 'x', $3, 3)`,
    [session, upTo, content],
  )

test('what a summary stands for is not read but the turn’s message; the newest summary counts', async () => {
  await store('summed', [
    ...[{}, { role: 'system' }, {}, calls('a'), { role: 'tool', call_id: 'a' }],
    ...[{}, { role: 'system' }, { role: 'assistant' }],
  ])
  await compact('summed', 2, 'older notes')
  await compact('summed', 5, 'notes')
  await compact('summed', 6, null)
  const query = (summaries: boolean) =>
    windowQuery({ sessionId: 'summed', turnMessageId: '3', maxTokens: 8_000, summaries })
  const read = (await pool.query<ReadRow>(query(true))).rows
  const { rows, summary, triedTo } = splitRows(read)
  expect(idsOf(rows)).toEqual(['3', '6', '7', '8'])
  expect(summary).toEqual({ upTo: 5, content: 'notes', tokenCount: 3 })
  expect(triedTo).toBe(6)

  const plain = splitRows((await pool.query<ReadRow>(query(false))).rows)
  expect(idsOf(plain.rows)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8'])
  expect([plain.summary, plain.triedTo]).toEqual([undefined, 0])
})

test('a session with summaries is read with the same effort', async () => {
  await pool.query(
    `insert into message (session_id, position, id, role, content, token_count)
     select 'often summed', n, 's' || n, case n % 2 when 1 then 'user' else 'assistant' end, repeat('word ', 40), 44
     from generate_series(1, 10000) as n`,
  )
  for (let upTo = 20; upTo <= 9_980; upTo += 20) await compact('often summed', upTo, 'notes')
  await pool.query('vacuum analyze message')
  const plain = await effort('long', 'long1')
  const summed = await effort('often summed', 's1')
  expect(summed.rows).toBe(20 + 1 + 1)
  expect(summed.pages).toBeLessThanOrEqual(plain.pages + 12)
  expect(summed.scans).not.toContain('Seq Scan')
})

test('replaced messages, however many, are not read', async () => {
  await pool.query(
    `insert into message (session_id, position, id, role, content, token_count, replaced)
     select 'rewritten', n, 'r' || n, 'user', 'x', 5, n between 11 and 9990 from generate_series(1, 10000) as n`,
  )
  await pool.query('vacuum analyze message')
  expect(await read('rewritten', 'r1')).toHaveLength(20)
  expect((await effort('rewritten', 'r1')).pages).toBeLessThan(200)
})

test('the time for 10,000 messages is near that for 100', async () => {
  const median = (times: number[]) => times.toSorted((a, b) => a - b)[times.length >> 1]!
  const timed = async (session: string) => {
    const begun = performance.now()
    for (let count = 0; count < 20; count += 1) await read(session, `${session}1`)
    return performance.now() - begun
  }
  await timed('short')
  await timed('long')
  const short: number[] = []
  const long: number[] = []
  for (let round = 0; round < 15; round += 1) {
    short.push(await timed('short'))
    long.push(await timed('long'))
  }
  const ratio = median(long) / median(short)
  process.stdout.write(
    `context window: one read takes ${(median(short) / 20).toFixed(2)} ms of 100 messages, ${(median(long) / 20).toFixed(2)} ms of 10,000: ratio ${ratio.toFixed(2)}\n`,
  )
  expect(ratio).toBeLessThan(2)
})
