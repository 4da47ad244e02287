import type { CompletionRequest } from '@codelab/contracts/agent-llm'
import { start } from '../../../services/agent/src/start.ts'
import { agentClient, settingsFor, startAgent } from '../../support/agent-under-test.ts'
import { startWorkerProcess } from '../../support/agent-worker-process.ts'
import { isSummary, long, smallWindow, textsOf } from '../../support/compaction.ts'
import { answer, done, say } from '../../support/stand-in-llm-proxy.ts'
import { until } from '../../support/until.ts'

type Agent = Awaited<ReturnType<typeof startAgent>>
const never = new Promise<void>(() => undefined)

const model = (notes: string) => (request: CompletionRequest) =>
  isSummary(request) ? answer(notes) : answer('a long answer '.repeat(20))

async function talk(agent: Agent, session: string, from: number, to: number) {
  await agent.open(session)
  const stream = await agent.follow(session, 0)
  for (let number = from; number <= to; number += 1) {
    await agent.message(session, long(`message ${number}.`))
    await stream.turn('finished', number)
  }
  return stream
}

const stored = async (agent: Agent) =>
  (await agent.pool.query<{ outcome: string; content: string }>('select * from compaction')).rows

test.each(['SIGSTOP', 'SIGKILL'] as const)(
  'a worker that gets %s in the middle of a summary is replaced, and there is one summary',
  async (signal) => {
    const agent = await startAgent(model('NOTES'), {
      settings: { AGENT_ROLES: 'api', ...smallWindow },
    })
    const lost = await startWorkerProcess(agent.databaseUrl, agent.llm.url, smallWindow)
    const stream = await talk(agent, 's', 1, 6)
    const gate = Promise.withResolvers<void>()
    agent.llm.play((request) =>
      isSummary(request) ? [...say('LATE'), gate.promise, ...say(' NOTES'), ...done()] : [never],
    )
    await agent.message('s', long('message 7.'))
    await until('the summary is asked for', () => agent.llm.requests.some(isSummary))
    lost.child.kill(signal)
    agent.llm.play(model('NOTES'))
    const other = await start(
      settingsFor(agent.databaseUrl, agent.llm.url, { AGENT_ROLES: 'worker', ...smallWindow }),
    )
    await stream.turn('finished', 7)
    gate.resolve()
    lost.child.kill('SIGCONT')
    if (signal === 'SIGSTOP') {
      await until('the late worker has given up', async () => {
        const { rows } = await agent.pool.query(`select 1 from bullmq.job where state = 'active'`)
        return rows.length === 0
      })
    }
    expect(await stored(agent)).toEqual([
      expect.objectContaining({ outcome: 'used', content: 'NOTES' }),
    ])
    expect(agent.llm.requests.filter(isSummary)).toHaveLength(2)
    expect(textsOf(agent.llm.requests.at(-1)!)[1]).toContain('NOTES')
    const { rows } = await agent.pool.query('select 1 from usage')
    expect(rows).toHaveLength(8)
    await lost.stop()
    await other.stop()
    await stream.close()
    await agent.stop()
  },
  60_000,
)

test('two agents on one session write one summary for each part of it', async () => {
  const agent = await startAgent(model('NOTES'), { settings: smallWindow })
  const second = await start(settingsFor(agent.databaseUrl, agent.llm.url, smallWindow))
  const clients = [agent, agentClient(second.url)]
  const stream = await agent.open('s').then(() => agent.follow('s', 0))
  for (let number = 1; number <= 14; number += 1) {
    await clients[number % 2]!.message('s', long(`message ${number}.`))
    if (number % 2 === 0) await stream.turn('finished', number)
  }
  const summaries = agent.llm.requests.filter(isSummary)
  expect(await stored(agent)).toHaveLength(summaries.length)
  expect(summaries.length).toBeGreaterThan(1)
  const lines = summaries.flatMap((request) => textsOf(request)[1]!.split('\n'))
  const people = lines.filter((line) => line.startsWith('{"person"'))
  expect(people).toEqual([...new Set(people)])
  await stream.close()
  await second.stop()
  await agent.stop()
})

test('switched off nothing is summarised, and what was summarised before is there as it was said', async () => {
  const agent = await startAgent(model('NOTES'), { settings: { AGENT_ROLES: 'api' } })
  const worker = (settings: Record<string, string>) =>
    start(
      settingsFor(agent.databaseUrl, agent.llm.url, {
        AGENT_ROLES: 'worker',
        ...smallWindow,
        ...settings,
      }),
    )
  const on = await worker({})
  const stream = await talk(agent, 's', 1, 7)
  expect(await stored(agent)).toHaveLength(1)
  await on.stop()

  const off = await worker({ COMPACTION: 'off' })
  agent.llm.requests.length = 0
  await agent.message('s', 'message 8.')
  await stream.turn('finished', 8)
  await stream.close()
  const sent = textsOf(agent.llm.requests.at(-1)!)
  expect(sent).toContain(long('message 1.'))
  expect(sent.join()).not.toContain('NOTES')

  agent.llm.requests.length = 0
  await (await talk(agent, 't', 1, 12)).close()
  expect(agent.llm.requests.filter(isSummary)).toEqual([])
  expect(agent.llm.requests).toHaveLength(12)
  expect(agent.llm.requests.at(-1)!.messages).toHaveLength(1 + 15)
  await off.stop()
  await agent.stop()
})

test('another model may write the summaries', async () => {
  const agent = await startAgent(model('NOTES'), {
    settings: { ...smallWindow, COMPACTION_MODEL: 'small-model' },
  })
  const stream = await talk(agent, 's', 1, 7)
  const models = agent.llm.requests.map((request) => [isSummary(request), request.model])
  expect(models.filter(([summary]) => summary)).toEqual([[true, 'small-model']])
  expect(models.filter(([summary]) => !summary)).toEqual(
    Array.from({ length: 7 }, () => [false, 'stand-in']),
  )
  await stream.close()
  await agent.stop()
})
