import { start } from '../../../services/agent/src/start.ts'
import { withDatabase } from '../../support/stores.ts'
import { agentClient, settingsFor } from '../../support/agent-under-test.ts'
import { answer, call, calls, startStandInLlmProxy } from '../../support/stand-in-llm-proxy.ts'
import { until } from '../../support/until.ts'

/** A claim ends when its socket has been gone for so long; it is made to look so. */
const goneFor = "interval '31 seconds'"

/**
 * A client claims a call and is away for longer than its claim lasts; another claims and runs it. The first one’s result comes before
 * the other’s and after it. Answers how many such results were sent, how many were taken, and how many calls ended as they must.
 */
export async function playLateResults(
  { databaseUrl, redisUrl }: { databaseUrl: string; redisUrl: string },
  sessions: number,
) {
  const llm = await startStandInLlmProxy(({ messages }) =>
    messages.at(-1)?.role === 'tool' ? answer('ok') : calls(call('read_file', { path: 'a.txt' })),
  )
  const agent = await start(settingsFor(databaseUrl, llm.url, { REDIS_URL: redisUrl }))
  const client = agentClient(agent.url)
  let sent = 0
  let taken = 0
  let right = 0
  const play = async (session: string) => {
    await client.message(session, 'go')
    const stream = await client.follow(session, 0)
    const { call_id } = await stream.frame('tool_call')
    const deliver = (connection: string, result: string) =>
      client.result(session, call_id, { result }, { 'x-connection-id': connection })
    const lateResult = async () => {
      sent += 1
      if ((await deliver('first', 'late')).status < 300) taken += 1
    }
    await client.claim(session, call_id, 'first')
    await withDatabase(databaseUrl, (database) =>
      database.query(
        `update tool_call set claim_seen_at = claim_seen_at - ${goneFor}, claim_gone = true where session_id = $1`,
        [session],
      ),
    )
    await client.claim(session, call_id, 'second')
    await lateResult()
    await deliver('second', 'in time')
    await lateResult()
    await stream.turn('finished')
    const told = llm.requests.filter(({ messages }) =>
      messages.some((message) => message.role === 'tool' && message.tool_call_id === call_id),
    )
    const resolved = stream.log().filter(({ type }) => type === 'tool_resolved')
    if (resolved.length === 1 && told.length === 1 && JSON.stringify(told).includes('in time')) {
      right += 1
    }
    await stream.close()
  }
  await Promise.all(Array.from({ length: sessions }, (_, at) => play(`s-${at}`)))
  await until('the late ones to be answered', () => sent === 2 * sessions)
  await agent.stop()
  await llm.close()
  return { sent, taken, right }
}
