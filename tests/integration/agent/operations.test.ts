import { entities } from '../../../services/agent/src/store/entities.ts'
import { startAgent } from '../../support/agent-under-test.ts'
import { answer, call, calls } from '../../support/stand-in-llm-proxy.ts'

type Agent = Awaited<ReturnType<typeof startAgent>>
let agent: Agent
beforeAll(async () => {
  agent = await startAgent(() => answer('ok'))
})
afterAll(() => agent.stop())

test('the trace of a request goes on through the queue to llm-proxy', async () => {
  const session = agent.newSession()
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
  await agent.message(session, 'go', {}, { traceparent: `00-${trace}-00f067aa0ba902b7-01` })
  await (await agent.follow(session)).done()
  const sent = agent.llm.headers.at(-1)!
  expect(sent['traceparent']).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`))
  expect(sent['traceparent']).not.toContain('00f067aa0ba902b7')
  expect(sent).toMatchObject({ 'x-service-name': 'agent', 'x-user-id': 'ann' })
})

test('health asks every dependency', async () => {
  const response = await fetch(`${agent.url}/health`)
  expect([response.status, await response.json()]).toEqual([
    200,
    {
      status: 'healthy',
      checks: { agent_runtime: true, llm_proxy: true, postgres: true, redis: true },
    },
  ])
})

test('probes and metrics are on the admin port, and count what happened', async () => {
  const session = agent.newSession()
  const first = agent.llm.requests.length + 1
  agent.llm.play((_, count) =>
    count === first ? calls(call('read_file', { path: 'a' })) : answer('ok'),
  )
  await agent.message(session, 'go')
  const stream = await agent.follow(session)
  const { call_id } = await stream.frame('tool_call')
  await agent.result(session, call_id, { error: { code: 'unknown_outcome', message: 'crashed' } })
  await stream.done()
  expect(await stream.frame('tool_resolved')).toMatchObject({ outcome: 'unknown' })

  expect((await fetch(`${agent.adminUrl}/livez`)).status).toBe(200)
  expect((await fetch(`${agent.adminUrl}/readyz`)).status).toBe(200)
  const text = await (await fetch(`${agent.adminUrl}/metrics`)).text()
  for (const line of [
    /^codelab_agent_turns_total\{state="finished"\} [1-9]/m,
    /^codelab_agent_steps_total\{outcome="answered"\} [1-9]/m,
    /^codelab_agent_tool_calls_total\{outcome="unknown"\} 1$/m,
    /^codelab_agent_tokens_total\{direction="input"\} [1-9]/m,
    /^codelab_agent_queue_depth 0$/m,
    /^codelab_agent_streams_open \d/m,
    /^codelab_agent_flush_duration_seconds_count [1-9]/m,
    /^codelab_agent_lease_takeovers_total 0$/m,
    /^codelab_agent_cache_lookups_total\{cache="models",level="memory"\} [1-9]/m,
  ]) {
    expect(text).toMatch(line)
  }
})

test('the entities say what the migrations made', async () => {
  const { rows } = await agent.pool.query<{
    table_name: string
    column_name: string
    nullable: boolean
  }>(
    `select table_name, column_name, is_nullable = 'YES' as nullable from information_schema.columns where table_schema = 'public'`,
  )
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  for (const entity of entities) {
    const { tableName, properties } = entity.meta
    const made = rows.filter(({ table_name }) => table_name === tableName)
    const said = Object.entries(properties as Record<string, { nullable?: boolean }>).map(
      ([name, property]) => `${snake(name)} ${property.nullable === true}`,
    )
    expect(said.toSorted((a, b) => a.localeCompare(b))).toEqual(
      made
        .map(({ column_name, nullable }) => `${column_name} ${nullable}`)
        .toSorted((a, b) => a.localeCompare(b)),
    )
  }
})
