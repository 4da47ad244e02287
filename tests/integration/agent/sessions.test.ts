import { startAgent } from '../../support/agent-under-test.ts'
import { answer, call, calls } from '../../support/stand-in-llm-proxy.ts'

type Agent = Awaited<ReturnType<typeof startAgent>>
let agent: Agent
beforeAll(async () => {
  agent = await startAgent(() => answer('ok'), { settings: { HISTORY_LIMIT: '5' } })
})
beforeEach(() => agent.llm.play(() => answer('ok')))
afterAll(() => agent.stop())

const talk = async (session: string, ...texts: string[]) => {
  for (const text of texts) {
    await agent.message(session, text)
    await (await agent.follow(session)).done()
  }
}

test('opening creates a session once and says where its stream begins', async () => {
  const session = agent.newSession()
  const first = await agent.open(session)
  expect(first).toMatchObject({
    status: 200,
    body: {
      user_id: 'ann',
      last_seq: 0,
      stream_after: 0,
      resumed: true,
      expired: false,
      state: 'idle',
      pending_approvals: [],
      models: ['stand-in'],
    },
  })
  await talk(session, 'hello')
  const opened = (await agent.open(session)).body
  expect(opened['created_at']).toBe(first.body['created_at'])
  expect(opened['stream_after']).toBe(opened['last_seq'])
  const last = opened['last_seq'] as number
  expect((await agent.open(session, { after: 2 })).body).toMatchObject({
    stream_after: 2,
    resumed: true,
  })
  expect((await agent.open(session, { after: last + 1 })).body).toMatchObject({
    stream_after: last,
    resumed: false,
  })
})

test('without a cursor the stream begins with the running turn', async () => {
  const session = agent.newSession()
  await talk(session, 'one')
  agent.llm.play(() => calls(call('read_file', { path: 'a' })))
  const { body } = await agent.message(session, 'two')
  await (await agent.follow(session, 0)).frame('tool_call')
  const opened = (await agent.open(session)).body
  expect(opened).toMatchObject({ stream_after: (body['seq'] as number) - 1, state: 'waiting_tool' })
  await agent.cancel(session)
})

test('another user gets 403 everywhere; the service itself may read any session', async () => {
  const session = agent.newSession()
  await talk(session, 'mine')
  const eve = agent.as('eve')
  const replies = await Promise.all([
    eve.open(session),
    eve.message(session, 'hi'),
    eve.cancel(session),
    eve.result(session, 'c', { result: 1 }),
    eve.decide(session, 'c', { decision: 'approve' }),
    eve.claim(session, 'c', 'x'),
    eve.send('GET', `/api/v1/session/${session}/messages`),
    eve.send('GET', `/api/v1/sessions/${session}/messages`),
    eve.send('GET', `/api/v1/sessions/${session}`),
    eve.send('PATCH', `/api/v1/sessions/${session}`, { title: 'x' }),
    eve.send('DELETE', `/api/v1/sessions/${session}`),
    eve.send('GET', `/api/v1/chat/stream/${session}`),
    eve.send('POST', '/api/v1/files/changed', {
      session_id: session,
      path: 'a',
      timestamp: '2026-01-01T00:00:00Z',
    }),
    eve.send('POST', '/api/v1/tools/execute', {
      session_id: session,
      call_id: 'c',
      tool_name: 'read_file',
      arguments: { path: 'a' },
    }),
  ])
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 403))
  const response = await fetch(`${agent.url}/api/v1/session/${session}/messages`, {
    headers: { authorization: 'Bearer internal-token-of-the-tests' },
  })
  expect(response.status).toBe(200)
})

test('a missing or wrong internal token, and only that, gives the 401 of services', async () => {
  const tokens = [
    undefined,
    '',
    'Bearer',
    'Bearer wrong',
    'Basic internal-token-of-the-tests',
    'internal-token-of-the-tests',
  ]
  for (const authorization of tokens) {
    for (const path of ['/api/v1/sessions', '/api/v1/chat/stream/x', '/api/v1/no-such-route']) {
      const response = await fetch(agent.url + path, {
        headers: authorization === undefined ? {} : { authorization },
      })
      expect([response.status, await response.text()]).toEqual([401, '{"error":"Unauthorized"}'])
    }
  }
  expect((await fetch(`${agent.url}/health`)).status).toBe(200)
  expect(await agent.send('GET', '/api/v1/no-such-route')).toMatchObject({
    status: 404,
    body: { error: { code: 'not_found' } },
  })
})

test('wrong bodies name their field and store nothing', async () => {
  const session = agent.newSession()
  const post = (path: string, body: unknown) => agent.send('POST', path, body)
  const field = async (path: string, body: unknown) => {
    const reply = await post(path, body)
    return [reply.status, (reply.body['error'] as { field?: string }).field]
  }
  expect(await field('/api/v1/chat/message', { session_id: session })).toEqual([400, 'message'])
  expect(await field('/api/v1/chat/message', { session_id: 'a b', message: 'x' })).toEqual([
    400,
    'session_id',
  ])
  expect(
    await field('/api/v1/chat/message', { session_id: session, message: 'x'.repeat(100_001) }),
  ).toEqual([400, 'message'])
  expect(await field('/api/v1/tools/result', { session_id: session, call_id: 'c' })).toEqual([
    400,
    'result',
  ])
  expect(
    await field('/api/v1/tools/decision', { session_id: session, call_id: 'c', decision: 'edit' }),
  ).toEqual([400, 'modified_arguments'])
  expect((await agent.send('GET', `/api/v1/sessions/${session}`)).status).toBe(404)
})

test('a text with a NUL character or half a surrogate pair is stored and answered', async () => {
  const session = agent.newSession()
  agent.llm.play(() => answer('nul \0 and half \ud83d'))
  await talk(session, 'a\0b \ud83d')
  const texts = (await agent.history(session)).map(({ content }) => content)
  expect(texts).toEqual(['a\uFFFDb \uFFFD', 'nul \uFFFD and half \uFFFD'])
})

test('sessions are listed newest first, in pages, renamed, archived and deleted', async () => {
  const ben = agent.as('ben')
  const ids = ['l1', 'l2', 'l3'].map((id) => `${id}-${agent.newSession()}`)
  for (const id of ids) {
    await ben.message(id, `about ${id}`)
    await (await ben.follow(id)).done()
  }
  type Page = {
    items: { id: string; title: string; archived: boolean; state: string }[]
    next_cursor?: string
  }
  const list = async (query: string) =>
    (await ben.send('GET', `/api/v1/sessions${query}`)).body as unknown as Page
  const first = await list('?limit=2')
  expect(first.items.map(({ id }) => id)).toEqual([ids[2], ids[1]])
  expect(first.items[0]).toMatchObject({ title: `about ${ids[2]}`, archived: false, state: 'idle' })
  const second = await list(`?limit=2&cursor=${first.next_cursor}`)
  expect(second.items.map(({ id }) => id)).toEqual([ids[0]])
  expect(second.next_cursor).toBeUndefined()

  const changed = await ben.send('PATCH', `/api/v1/sessions/${ids[0]}`, {
    title: 'named',
    archived: true,
  })
  expect(changed.body).toMatchObject({ title: 'named', archived: true })
  expect((await list('?archived=false')).items.map(({ id }) => id)).toEqual([ids[2], ids[1]])
  expect((await list('?archived=true')).items.map(({ id }) => id)).toEqual([ids[0]])
  expect((await ben.send('GET', '/api/v1/sessions?cursor=nonsense')).status).toBe(400)

  const watching = await ben.follow(ids[1]!, 0)
  expect((await ben.send('DELETE', `/api/v1/sessions/${ids[1]}`)).status).toBe(204)
  await watching.done()
  expect((await ben.send('GET', `/api/v1/sessions/${ids[1]}`)).status).toBe(404)
  expect((await agent.message(ids[1]!, 'taken over?')).status).toBe(403)
  const { rows } = await agent.pool.query('select 1 from event where session_id = $1', [ids[1]])
  expect(rows).toEqual([])
})

test('messages come in pages of the newest, oldest first', async () => {
  const session = agent.newSession()
  await talk(session, 'one', 'two', 'three', 'four')
  expect((await agent.history(session)).map(({ content }) => content)).toEqual([
    'ok',
    'three',
    'ok',
    'four',
    'ok',
  ])
  type Page = { items: { id: string; content: string }[]; next_cursor?: string }
  const page = async (query: string) =>
    (await agent.send('GET', `/api/v1/sessions/${session}/messages?${query}`))
      .body as unknown as Page
  const newest = await page('limit=3')
  expect(newest.items.map(({ content }) => content)).toEqual(['ok', 'four', 'ok'])
  const older = await page(`limit=5&before=${newest.next_cursor}`)
  expect(older.items.map(({ content }) => content)).toEqual(['one', 'ok', 'two', 'ok', 'three'])
  expect(older.next_cursor).toBeUndefined()
})

test('a changed file is activity: it keeps the session alive', async () => {
  const session = agent.newSession()
  await talk(session, 'hello')
  await agent.pool.query(
    `update session_head set last_activity_at = now() - interval '23 hours' where session_id = $1`,
    [session],
  )
  const change = { session_id: session, path: 'a.ts', timestamp: '2026-01-02T03:04:05Z' }
  expect((await agent.send('POST', '/api/v1/files/changed', change)).status).toBe(202)
  const { rows } = await agent.pool.query(
    `select last_activity_at > now() - interval '1 minute' as renewed from session_head where session_id = $1`,
    [session],
  )
  expect(rows).toEqual([{ renewed: true }])
})

test('an expired session takes no messages and stays readable', async () => {
  const session = agent.newSession()
  await talk(session, 'hello')
  await agent.pool.query(
    `update session_head set last_activity_at = now() - interval '25 hours' where session_id = $1`,
    [session],
  )
  expect((await agent.open(session)).body).toMatchObject({ expired: true })
  const change = { session_id: session, path: 'a.ts', timestamp: '2026-01-02T03:04:05Z' }
  expect((await agent.send('POST', '/api/v1/files/changed', change)).status).toBe(409)
  expect(await agent.message(session, 'more')).toMatchObject({
    status: 409,
    body: { error: { code: 'conflict' } },
  })
  expect(await agent.history(session)).toHaveLength(2)
  const late = await agent.follow(session, 0)
  await late.turn('finished')
  await late.close()
})

test('waiting approvals of all sessions and used tokens are listed', async () => {
  const cat = agent.as('cat')
  const session = agent.newSession()
  agent.llm.play(() => calls(call('write_file', { path: 'a', content: 'b' })))
  await cat.message(session, 'go')
  const stream = await cat.follow(session, 0)
  const { call_id } = await stream.frame('tool_call')
  const approvals = (await cat.send('GET', '/api/v1/approvals')).body['items']
  expect(approvals).toEqual([
    expect.objectContaining({
      session_id: session,
      call_id,
      tool_name: 'write_file',
      requires_approval: true,
    }),
  ])
  expect((await agent.as('dan').send('GET', '/api/v1/approvals')).body['items']).toEqual([])
  const usage = (await cat.send('GET', '/api/v1/usage')).body['items']
  expect(usage).toEqual([
    expect.objectContaining({ model: 'stand-in', requests: 1, input_tokens: 7, output_tokens: 3 }),
  ])
  await stream.close()
})

test('used tokens are listed of one session too: of the caller’s own, and as long as it is there', async () => {
  const eve = agent.as('eve')
  const [first, second] = [agent.newSession(), agent.newSession()]
  for (const session of [first, first, second]) {
    await eve.message(session, 'go')
    await (await eve.follow(session)).done()
  }
  const of = async (asking: typeof eve, query: string) =>
    (await asking.send('GET', `/api/v1/usage?${query}`)).body['items']
  const twice = expect.objectContaining({ requests: 2, input_tokens: 14, output_tokens: 6 })
  expect(await of(eve, `session_id=${first}`)).toEqual([twice])
  expect(await of(eve, `session_id=${second}&from=2000-01-01`)).toMatchObject([{ requests: 1 }])
  expect(await of(agent.as('dan'), `session_id=${first}`)).toEqual([])
  await eve.send('DELETE', `/api/v1/sessions/${first}`)
  expect(await of(eve, `session_id=${first}`)).toEqual([])
  expect(await of(eve, '')).toMatchObject([{ requests: 3 }])
})
