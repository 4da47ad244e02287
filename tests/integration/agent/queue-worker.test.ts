import { startStepWorker } from '@codelab/agent/jobs/step-worker'
import { startAgent } from '../../support/agent-under-test.ts'
import { silentLog } from '../../support/silent-log.ts'
import { answer } from '../../support/stand-in-llm-proxy.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'
import { until } from '../../support/until.ts'

/** A step worker whose way to the database a test can cut. */
async function startBehindProxy({ cut }: { cut: boolean }) {
  const agent = await startAgent(() => answer('ok'), { settings: { AGENT_ROLES: 'api' } })
  const proxy = await startTcpProxy(new URL(agent.databaseUrl))
  if (cut) proxy.cut()
  const ran: string[] = []
  const warned: string[] = []
  const worker = startStepWorker({
    databaseUrl: proxy.url,
    concurrency: 4,
    run: async ({ session_id }) => void ran.push(session_id),
    log: Object.assign(Object.create(silentLog) as typeof silentLog, {
      warn: (_fields: object, message: string) => void warned.push(message),
    }),
  })
  return {
    agent,
    proxy,
    warned,
    ranIn: (session: string) => until(`a step of ${session} has run`, () => ran.includes(session)),
    stop: async () => {
      await worker.close()
      await proxy.close()
      await agent.stop()
    },
  }
}

test('a worker that finds no database at its start takes steps once there is one, and says so once', async () => {
  const { agent, proxy, warned, ranIn, stop } = await startBehindProxy({ cut: true })
  await agent.message('early', 'hello')
  await until('the worker has tried several times', () => proxy.refused() >= 3)
  proxy.mend()
  await ranIn('early')
  await agent.message('late', 'hello')
  await ranIn('late')
  expect(warned).toEqual(['the queue is away'])
  await stop()
})

test('a worker that loses the database goes on once it is back', async () => {
  const { agent, proxy, ranIn, stop } = await startBehindProxy({ cut: false })
  await agent.message('before', 'hello')
  await ranIn('before')
  proxy.cut()
  await agent.message('meanwhile', 'hello')
  await until('the worker has tried again', () => proxy.refused() >= 2)
  proxy.mend()
  await ranIn('meanwhile')
  await stop()
})

test('a worker that has found no database yet can be stopped', async () => {
  const { proxy, stop } = await startBehindProxy({ cut: true })
  await until('the worker has tried', () => proxy.refused() >= 1)
  await stop()
})
