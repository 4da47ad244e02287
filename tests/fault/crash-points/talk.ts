import type { LogFrame } from '@codelab/contracts/frames'
import type { TalkClient } from './client.ts'

/** What else happens at certain moments of the talk. */
export type Moments = {
  /** A long answer is coming. */
  readonly streaming?: () => Promise<void>
  /** A person is asked for an approval. */
  readonly asking?: () => Promise<void>
  /** A long job is about to be asked for. */
  readonly job?: () => Promise<void>
}

/** Ids of one session's messages. */
const named = (sessionId: string, name: string) => `${sessionId}-${name}`

/** A conversation that passes every boundary a person can cause; it ends by itself, whatever happens to the agents meanwhile. */
export async function holdTalk(
  client: TalkClient,
  sessionId: string,
  { streaming, asking, job }: Moments = {},
): Promise<void> {
  let turns = 0
  const turnEnds = async (state: 'finished' | 'cancelled' | 'failed') => {
    turns += 1
    const count = turns
    await client.wait('turn', () => endedTurns(client).length >= count)
    const told = endedTurns(client)[count - 1]!
    if (told.state !== state) throw new Error(`turn ${count} is ${told.state}, not ${state}`)
  }
  const say = (name: string, content: string) => client.say(named(sessionId, name), content)

  await say('work', 'work')
  const reads = await client.wait('tool_call', ({ tool_name }) => tool_name === 'read_file')
  const asks = await client.wait('tool_call', ({ tool_name }) => tool_name === 'write_file')
  await client.claim(reads.call_id)
  await client.drop()
  await client.deliver(reads.call_id, client.execute(reads))
  await asking?.()
  const edited = { path: 'b.txt', content: 'edited' }
  await client.decide(asks.call_id, 'edit', { modified_arguments: edited })
  const released = await client.wait(
    'tool_call',
    ({ call_id, requires_approval }) => call_id === asks.call_id && !requires_approval,
  )
  await client.claim(asks.call_id)
  await client.deliver(asks.call_id, client.execute(released))
  await turnEnds('finished')

  await say('delete', 'delete')
  await say('next', 'next')
  const deletes = await client.wait('tool_call', ({ tool_name }) => tool_name === 'delete_file')
  await client.decide(deletes.call_id, 'reject', { feedback: 'keep it' })
  await turnEnds('finished')
  await turnEnds('finished')

  await say('stream', `stream ${sessionId}`)
  const seen = client.ledger.frames.length
  await client.wait('assistant_message', ({ token, seq }) => seq > seen && token.includes('tick 9'))
  await streaming?.()
  await client.cancel()
  await client.cancel()
  await turnEnds('cancelled')

  await say('cut', `cut ${sessionId}`)
  await turnEnds('finished')
  await say('fail', 'fail')
  await turnEnds('failed')

  await client.changeFile('d.txt')
  const asked = await client.request(named(sessionId, 'call'), 'read_file', { path: 'e.txt' })
  await client.claim(asked.call_id)
  await client.deliver(asked.call_id, client.execute(asked))
  await client.wait('tool_resolved', ({ call_id }) => call_id === asked.call_id)

  await job?.()
  const before = client.ledger.frames.length
  await client.startJob(named(sessionId, 'task'), 'task', { goal: 'task' })
  const writes = await client.wait(
    'tool_call',
    ({ tool_name, seq }) => seq > before && tool_name === 'write_file',
  )
  await client.decide(writes.call_id, 'approve')
  const allowed = await client.wait(
    'tool_call',
    ({ call_id, requires_approval }) => call_id === writes.call_id && !requires_approval,
  )
  await client.claim(writes.call_id)
  await client.deliver(writes.call_id, client.execute(allowed))
  await turnEnds('finished')
  const jobEnds = (name: string, state: string) =>
    client.wait('job', (frame) => frame.job_id === named(sessionId, name) && frame.state === state)
  await jobEnds('task', 'succeeded')
  await client.startJob(named(sessionId, 'summary'), 'summarize_session', {})
  await jobEnds('summary', 'succeeded')
  await client.startJob(named(sessionId, 'later'), 'task', { goal: 'later' }, { at: inAnHour() })
  await client.cancelJob(named(sessionId, 'later'))
  await jobEnds('later', 'cancelled')
}

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

const endedTurns = (client: TalkClient) =>
  client.ledger.frames.filter(
    (frame): frame is Extract<LogFrame, { type: 'turn' }> =>
      frame.type === 'turn' && frame.state !== 'started',
  )
