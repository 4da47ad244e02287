import { randomUUID } from 'node:crypto'
import { agentClient, token, type Follower } from '../../support/agent-under-test.ts'
import { createDatabase, redisDatabaseUrl } from '../../support/stores.ts'
import { answer, done, say, startStandInLlmProxy } from '../../support/stand-in-llm-proxy.ts'
import { until } from '../../support/until.ts'
import { keepAsking } from './keep-asking.ts'
import { startPair } from './service.ts'
import { inGoodOrder, watchLeaving } from './watch-leaving.ts'

const readers = 8
const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('an agent under load leaves in order: steps that are near their end come to it, others are taken over; streams end in form', async () => {
  const database = await createDatabase()
  let isStuck = true
  const llm = await startStandInLlmProxy(({ messages }) => {
    const asked = JSON.stringify(messages.at(-1)?.content)
    if (asked.includes('stuck') && isStuck) return [...say('never '), new Promise(() => undefined)]
    if (asked.includes('stuck')) return answer('to the end')
    return [...say('one '), soon(2_500), ...say('two'), ...done()]
  })
  const pair = await startPair('agent-api', {
    AGENT_ROLES: 'api,worker',
    DATABASE_URL: database.url,
    REDIS_URL: redisDatabaseUrl(),
    LLM_PROXY_URL: llm.url,
    INTERNAL_SERVICE_TOKEN: token,
  })
  const old = agentClient(pair.leaver.url)
  const sessions = Array.from({ length: readers }, () => `s-${randomUUID()}`)
  const stuck = `s-${randomUUID()}`
  const streams: Follower[] = []
  for (const session of [...sessions, stuck]) {
    await old.open(session)
    streams.push(await old.follow(session, 0))
    await old.message(session, session === stuck ? 'stuck' : 'slowly')
  }
  await Promise.all(
    streams.map((stream) => stream.frame('assistant_message', ({ token: text }) => text !== '')),
  )
  const callers = keepAsking(pair.url, {
    path: `/api/v1/session/${stuck}/messages`,
    headers: { authorization: `Bearer ${token}`, 'x-user-id': 'ann' },
  })
  await until('some answers', () => callers.answered() > 50)

  const leaving = watchLeaving(pair.leaver)
  isStuck = false
  // The end of an event stream, not of its connection: a reader knows what it has.
  await Promise.all(streams.map((stream) => stream.done()))
  const there = agentClient(pair.stayer.url)
  for (const [at, session] of [...sessions, stuck].entries()) {
    const seen = streams[at]!.log()
    const lastSeq = Math.max(...seen.map((frame) => ('seq' in frame ? frame.seq : 0)))
    const rest = await there.follow(session, lastSeq)
    // Where the machine is slow, the turn may have been over before the stream was.
    const isOver = seen.some((frame) => frame.type === 'turn' && frame.state === 'finished')
    if (!isOver) await rest.turn('finished')
    const log = [...seen, ...rest.log()]
    expect(log.map((frame) => 'seq' in frame && frame.seq)).toEqual(log.map((_, n) => n + 1))
    const discarded = log.filter(({ type }) => type === 'message_discarded').length
    expect({ session: session === stuck ? 'stuck' : 'slow', discarded }).toEqual(
      session === stuck ? { session: 'stuck', discarded: 1 } : { session: 'slow', discarded: 0 },
    )
    const history = await there.history(session)
    expect(
      history.filter(({ role }) => role === 'assistant').map(({ content }) => content),
    ).toEqual([session === stuck ? 'to the end' : 'one two'])
    await rest.close()
  }
  expect(await leaving).toEqual(inGoodOrder)
  expect(await callers.stop()).toEqual([])
  await pair.remove()
  await llm.close()
  await database.drop()
}, 60_000)
