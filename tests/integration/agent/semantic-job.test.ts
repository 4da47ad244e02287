import { startAgent } from '../../support/agent-under-test.ts'
import { jobsOf } from '../../support/jobs-under-test.ts'
import { answer, call, calls } from '../../support/stand-in-llm-proxy.ts'
import { until } from '../../support/until.ts'

type Agent = Awaited<ReturnType<typeof startAgent>>
let agent: Agent
let jobs: ReturnType<typeof jobsOf>
beforeAll(async () => {
  agent = await startAgent(() => answer('done'), {
    settings: {
      APPROVAL_RULES: JSON.stringify([{ tool: 'read_file', path: 'secrets/**', action: 'deny' }]),
      JOB_BACKOFF_MS: '10',
    },
  })
  jobs = jobsOf(agent)
})
afterAll(() => agent.stop())
beforeEach(() => agent.llm.playEmbeddings(() => undefined))

type Files = Record<string, string | { code: string }>

/** A machine that answers what the session's jobs ask for; it tells which files it was asked for. */
async function machineOf(session: string, files: Files) {
  await agent.open(session)
  const stream = await agent.follow(session, 0)
  const read: string[] = []
  const answered = new Set<string>()
  const working = { going: true }
  const answerOne = async () => {
    for (const frame of [...stream.frames]) {
      if (frame.type !== 'tool_call' || frame.requires_approval || answered.has(frame.call_id))
        continue
      answered.add(frame.call_id)
      if (frame.tool_name === 'list_files') {
        const lines = ['src/', ...Object.keys(files).toSorted()]
        await agent.result(session, frame.call_id, { result: lines.join('\n') })
      } else if (frame.tool_name === 'read_file') {
        const path = frame.arguments['path'] as string
        read.push(path)
        const file = files[path] ?? { code: 'file_not_found' }
        const outcome =
          typeof file === 'string' ? { result: file } : { error: { ...file, message: 'no' } }
        await agent.result(session, frame.call_id, outcome)
      }
    }
    return !working.going
  }
  const work = until('the machine to be switched off', answerOne, 60_000)
  return {
    stream,
    read,
    files,
    async off() {
      working.going = false
      await work
      await stream.close()
    },
  }
}

const project: Files = {
  'src/payment.ts': 'export const fee = (amount: number) => amount * 0.03 // the payment fee\n',
  'src/login.ts': 'export function signIn(name: string, password: string) {}\n',
  'docs/walrus.md': 'The walrus lives on the ice and eats clams.\n',
  'logo.png': { code: 'not_text' },
  'dump.sql': { code: 'file_too_large' },
  'secrets/key.txt': 'never to be read',
}
const embedded = () => agent.llm.embeddings.flatMap(({ input }) => input)
const indexOf = async (session: string) => {
  const { rows } = await agent.pool.query<{ path: string }>(
    'select distinct path from indexed_chunk where session_id = $1 order by path',
    [session],
  )
  return rows.map(({ path }) => path)
}
const embedIn = async (session: string, input: object = {}) => {
  const { id } = await jobs.start({ session_id: session, kind: 'embed_project', input })
  return jobs.until(id, 'succeeded')
}
const find = async (session: string, query: string) => {
  const first = agent.llm.requests.length + 1
  agent.llm.play((_, count) =>
    count === first ? calls(call('search_semantic', { query, limit: 1 })) : answer('done'),
  )
  await agent.message(session, query)
  const { messages } = await until('the search to be answered', () =>
    agent.llm.requests.length > first - 1 &&
    agent.llm.requests.at(-1)!.messages.at(-1)!.role === 'tool'
      ? agent.llm.requests.at(-1)!
      : undefined,
  )
  return messages.at(-1)!.content as string
}

test('a project is read on the machine, indexed, and found by meaning; what cannot be is told with the reason', async () => {
  const session = agent.newSession()
  const machine = await machineOf(session, project)
  const { result } = await embedIn(session)
  expect(result).toMatchObject({ model: 'stand-in-words', files: 3, chunks: 3 })
  expect(result!['skipped']).toEqual([
    { path: 'dump.sql', reason: expect.stringContaining('too large') },
    { path: 'logo.png', reason: expect.stringContaining('binary') },
    { path: 'secrets/key.txt', reason: expect.stringContaining('refused') },
  ])
  expect(machine.read).not.toContain('secrets/key.txt')
  expect(await indexOf(session)).toEqual(['docs/walrus.md', 'src/login.ts', 'src/payment.ts'])
  expect(await find(session, 'how high is the payment fee')).toContain('src/payment.ts')
  const told = machine.stream.frames.flatMap((frame) => (frame.type === 'job' ? [frame] : []))
  const progress = told.map((frame) => frame.progress)
  expect(progress).toEqual(progress.toSorted((a, b) => a - b))
  expect(told.at(-1)).toMatchObject({ state: 'succeeded', progress: 1 })
  expect((await agent.history(session)).map(({ content }) => content).join()).not.toContain(
    'signIn(name',
  )
  await machine.off()
})

test('again: what has not changed is not embedded again, what has gone leaves the index', async () => {
  const session = agent.newSession()
  const files = { ...project }
  const machine = await machineOf(session, files)
  await embedIn(session)
  const before = embedded().length
  files['src/login.ts'] = 'export function signInWithAKey() {}\n'
  delete files['docs/walrus.md']
  const { result } = await embedIn(session)
  expect(embedded().slice(before)).toEqual([expect.stringContaining('signInWithAKey')])
  expect(result).toMatchObject({ files: 2 })
  expect(await indexOf(session)).toEqual(['src/login.ts', 'src/payment.ts'])
  await machine.off()
})

test('equal texts of one person are embedded once; another person’s are not looked at', async () => {
  const files = [{ path: 'once.md', content: 'A sentence that is written once only.\n' }]
  await agent.open('first-of-ann')
  await embedIn('first-of-ann', { files })
  await agent.open('second-of-ann')
  const before = embedded().length
  await embedIn('second-of-ann', { files })
  expect(embedded()).toHaveLength(before)
  expect(await indexOf('second-of-ann')).toEqual(['once.md'])

  const bob = agent.as('bob')
  await bob.open('of-bob')
  const { id } = await jobsOf(bob).start({
    session_id: 'of-bob',
    kind: 'embed_project',
    input: { files },
  })
  await jobsOf(bob).until(id, 'succeeded')
  expect(embedded()).toHaveLength(before + 1)
})

test('chosen files only: the rest of the index stays, a file that has gone leaves it', async () => {
  const session = agent.newSession()
  const files = { ...project }
  const machine = await machineOf(session, files)
  await embedIn(session)
  delete files['docs/walrus.md']
  files['src/payment.ts'] = 'export const fee = 0\n'
  const seen = machine.read.length
  const { result } = await embedIn(session, { paths: ['src/payment.ts', 'docs/walrus.md'] })
  expect(machine.read.slice(seen)).toEqual(['docs/walrus.md', 'src/payment.ts'])
  expect(result).toMatchObject({
    files: 1,
    skipped: [{ path: 'docs/walrus.md', reason: expect.stringContaining('gone') }],
  })
  expect(await indexOf(session)).toEqual(['src/login.ts', 'src/payment.ts'])
  const wrong = await jobs.start({
    session_id: session,
    kind: 'embed_project',
    input: { paths: ['src/login.ts'], model: 'another' },
  })
  expect((await jobs.until(wrong.id, 'failed')).error).toMatchObject({
    code: 'unprocessable',
    message: expect.stringContaining('stand-in-words'),
  })
  await machine.off()
})

test('files that come with the job need no machine; the rules hold for them too', async () => {
  const session = agent.newSession()
  await agent.open(session)
  const { result } = await embedIn(session, {
    files: [
      { path: 'a.md', content: 'alpha\n' },
      { path: 'secrets/b.md', content: 'beta\n' },
      { path: 'empty.md', content: '' },
      { path: 'a.md', content: 'the last of a name counts\n' },
    ],
  })
  expect(result).toMatchObject({ files: 2, chunks: 1, skipped: [{ path: 'secrets/b.md' }] })
  expect(embedded().join()).not.toContain('beta')
  expect(await find(session, 'the last of a name')).toContain('counts')
})

test('a model that fails for a while costs a try, not the work that was done', async () => {
  const session = agent.newSession()
  const files: Files = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`f${index}.md`, `the file number ${index}\n`]),
  )
  const machine = await machineOf(session, files)
  const before = agent.llm.embeddings.length
  agent.llm.playEmbeddings((_, count) =>
    count === before + 2 ? { status: 503, code: 'unavailable', message: 'all down' } : undefined,
  )
  const { result, attempts } = await embedIn(session)
  expect(result).toMatchObject({ files: 20, chunks: 20, skipped: [] })
  expect(attempts).toBe(2)
  expect(machine.read.toSorted()).toEqual(Object.keys(files).toSorted())
  const texts = agent.llm.embeddings
    .filter((_, index) => index >= before && index !== before + 1)
    .flatMap(({ input }) => input)
  expect(texts).toHaveLength(20)
  expect(new Set(texts).size).toBe(20)
  await machine.off()
})

test('a worker that was lost is replaced, and nothing is indexed twice', async () => {
  const session = agent.newSession()
  const machine = await machineOf(session, {
    ...project,
    'src/payment.ts': 'a text that nobody has embedded before\n',
  })
  const before = agent.llm.embeddings.length
  agent.llm.playEmbeddings((_, count) =>
    count === before + 1 ? new Promise(() => undefined) : undefined,
  )
  const { id } = await jobs.start({ session_id: session, kind: 'embed_project' })
  await until('texts to be embedded', () => agent.llm.embeddings.length > before)
  await agent.pool.query(
    `update job set owner = 'lost', lease_until = now() - interval '10 s' where id = $1`,
    [id],
  )
  const { result } = await jobs.until(id, 'succeeded')
  expect(result).toMatchObject({ files: 3, chunks: 3 })
  expect(agent.llm.embeddings).toHaveLength(before + 2)
  expect(machine.read).toHaveLength(5)
  await machine.off()
})

test('a machine that connects after the job has asked hears what is asked of it', async () => {
  const session = agent.newSession()
  const { id } = await jobs.start({ session_id: session, kind: 'embed_project' })
  await jobs.until(id, 'waiting')
  const opening = await agent.open(session)
  const late = await agent.follow(session, opening.body['stream_after'] as number)
  expect(await late.frame('tool_call')).toMatchObject({ tool_name: 'list_files' })
  await late.close()
  await jobs.cancel(id)
})

test('a cancelled job keeps what it has done and asks for nothing more', async () => {
  const session = agent.newSession()
  await agent.open(session)
  agent.llm.playEmbeddings(() => new Promise(() => undefined))
  const before = agent.llm.embeddings.length
  const aborted = agent.llm.aborted()
  const { id } = await jobs.start({
    session_id: session,
    kind: 'embed_project',
    input: { files: [{ path: 'slow.md', content: 'slowly\n' }] },
  })
  await until('texts to be embedded', () => agent.llm.embeddings.length > before)
  await jobs.cancel(id)
  expect((await jobs.read(id)).state).toBe('cancelled')
  await until('the call upstream to be given up', () => agent.llm.aborted() > aborted)
  expect(await indexOf(session)).toEqual([])
})

test('a workspace without an embedding model says what to do', async () => {
  const { embeddingModel } = await import('../../../services/agent/src/semantic/choose-model.ts')
  const list = { models: [], embedding_models: [] }
  expect(() => embeddingModel(undefined, undefined, list)).toThrow(/text-embedding-3-small/)
  expect(embeddingModel(undefined, 'set', { ...list, embedding_models: ['first'] })).toBe('set')
})
