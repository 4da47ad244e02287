import { jest } from '@jest/globals'
import pg from 'pg'
import { answer, call, calls } from '../../support/stand-in-llm-proxy.ts'
import { startAgent } from '../../support/agent-under-test.ts'
import { until } from '../../support/until.ts'

/** A model that asks for 10,000 calls in one step: what is asked of the database does not grow with them. */
const many = 10_000
const patienceMs = 120_000
const indexes = Array.from({ length: many }, (_, at) => at)

let agent: Awaited<ReturnType<typeof startAgent>>
let session: string
let stream: Awaited<ReturnType<typeof agent.follow>>

/** Questions about the session's calls that this process asked the database, and the rows that it was answered. */
let asked = { questions: 0, rows: 0 }
const countFrom = () => (asked = { questions: 0, rows: 0 })
const query = Reflect.get(pg.Client.prototype, 'query') as (...given: unknown[]) => unknown

function counted(this: pg.Client, ...given: unknown[]): unknown {
  const [statement, values] = given as [string | { text: string; values?: unknown[] }, unknown[]?]
  const { text, values: [about] = [] } =
    typeof statement === 'string' ? { text: statement, values } : statement
  const answered = query.apply(this, given)
  if (about !== session || !/tool_call|remembered_approval/.test(text)) return answered
  const counter = asked
  counter.questions += 1
  // Nothing where the answer goes to a callback: outside of transactions.
  void (answered as Promise<pg.QueryResult> | undefined)?.then(
    ({ rows }) => void (counter.rows += rows.length),
    () => undefined,
  )
  return answered
}

beforeAll(async () => {
  agent = await startAgent(() => answer('done'))
  session = agent.newSession()
  jest.spyOn(pg.Client.prototype, 'query').mockImplementation(counted as never)
})
afterAll(async () => {
  jest.restoreAllMocks()
  await stream?.close()
  await agent.stop()
})

const told = <Type extends 'tool_call' | 'tool_resolved'>(type: Type) =>
  stream.frames.flatMap((frame) => (frame.type === type ? [frame as never] : [])) as Extract<
    (typeof stream.frames)[number],
    { type: Type }
  >[]

test('10,000 calls of one step are stored and told in order, with a few questions to the database', async () => {
  const proposed = indexes.map((at) =>
    call(at % 2 === 0 ? 'delete_file' : 'read_file', { path: `f${at}.txt` }),
  )
  agent.llm.play((_, count) => (count === 1 ? calls(...proposed) : answer('done')))
  await agent.message(session, 'read and delete everything')
  stream = await agent.follow(session)
  await until(
    'every call',
    () => stream.frames.length > many && told('tool_call').length === many,
    patienceMs,
  )
  const frames = told('tool_call')
  expect(frames.map(({ arguments: { path } }) => path)).toEqual(indexes.map((at) => `f${at}.txt`))
  expect(frames.filter(({ requires_approval }) => requires_approval)).toHaveLength(many / 2)
  expect(frames.map(({ seq }) => seq - frames[0]!.seq)).toEqual(indexes)
  console.log(`10,000 calls of one step: ${asked.questions} questions about calls`)
  // Written in batches of 1,000.
  expect(asked.questions).toBeLessThan(many / 200)
}, 300_000)

test('an answer and a decision read nothing of the other calls', async () => {
  const [rejected, read] = told('tool_call')
  countFrom()
  expect(await agent.decide(session, rejected!.call_id, { decision: 'reject' })).toMatchObject({
    status: 202,
  })
  expect(await agent.result(session, read!.call_id, { result: 'text' })).toMatchObject({
    status: 202,
  })
  await until('both ends', () => told('tool_resolved').length === 2)
  expect(asked.questions).toBeLessThan(10)
  expect(asked.rows).toBeLessThan(10)
})

test('a stop tells each of the others, with a few questions to the database', async () => {
  countFrom()
  // A machine that has no time for the transaction ends it, and says to ask again.
  const stopped = async () => (await agent.cancel(session)).status === 202
  await until('the stop', stopped, patienceMs)
  await until(
    'every end',
    () => stream.frames.length > 2 * many && told('tool_resolved').length === many,
    patienceMs,
  )
  await stream.turn('cancelled')
  const outcomes = Map.groupBy(told('tool_resolved'), ({ outcome }) => outcome)
  expect([...outcomes].map(([outcome, of]) => [outcome, of.length])).toEqual([
    ['rejected', 1],
    ['executed', 1],
    ['cancelled', many - 2],
  ])
  console.log(`10,000 calls stopped: ${asked.questions} questions about calls`)
  expect(asked.questions).toBeLessThan(many / 200)
  const { rows } = await agent.pool.query(
    `select count(*)::int as calls, count(*) filter (where state = 'resolved')::int as over from tool_call where session_id = $1`,
    [session],
  )
  expect(rows).toEqual([{ calls: many, over: many }])
  // The conversation goes on.
  agent.llm.play(() => answer('still here'))
  await agent.message(session, 'and now?')
  const next = await agent.follow(session)
  await until('its turn', () => next.kinds().includes('turn finished'), patienceMs)
  await next.close()
}, 300_000)
