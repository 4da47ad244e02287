import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { bundle } from '@codelab/image/bundle'
import { demoModel, programs } from '@codelab/image/programs'
import { spawnNode } from '../support/image/spawned.ts'
import { firstUser, startWorkspace } from '../support/image/workspace.ts'
import { bearer, restClient } from '../support/rest.ts'
import { openSocket, signIn } from '../support/socket.ts'
import { createDatabase, redisDatabaseUrl } from '../support/stores.ts'

let folder: string
let empty: string
const file = (program: string) => join(folder, 'app', `${program}.js`)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codelab-bundles-'))
  empty = await mkdtemp(join(tmpdir(), 'codelab-empty-'))
  await bundle({ ...programs, ...demoModel }, join(folder, 'app'))
})
afterAll(async () => {
  for (const made of [folder, empty]) await rm(made, { recursive: true, force: true })
})

test('no installed package is within reach of the bundles', () => {
  const above = (path: string): string[] =>
    path === dirname(path) ? [path] : [path, ...above(dirname(path))]
  const reachable = [...above(folder), ...above(empty)].map((path) => join(path, 'node_modules'))
  expect(reachable.filter((path) => existsSync(path))).toEqual([])
})

test.each(Object.keys(programs))(
  '%s names each missing setting and ends with code 78',
  async (program) => {
    const { whenEnded, said } = spawnNode([file(program)], { cwd: empty, env: {} })
    expect(await whenEnded).toBe(78)
    const lines = said().trim().split('\n')
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) expect(line).toMatch(new RegExp(`^codelab ${program}: `))
    expect(said()).toMatch(/DATABASE_URL|REDIS_URL|INTERNAL_SERVICE_TOKEN|OPERATOR_NAMESPACE/)
  },
)

test('a whole workspace runs from its bundles: sign-in, a turn, the OpenAI routes, health', async () => {
  const database = await createDatabase()
  const workspace = await startWorkspace({
    databaseUrl: database.url,
    redisUrl: redisDatabaseUrl(),
    argumentsFor: (program) => [file(program)],
    cwd: empty,
  })
  try {
    const { gateway } = workspace
    const { access_token: token } = await signIn(gateway, firstUser.name, firstUser.password)
    const rest = restClient(gateway, bearer(token))

    const socket = await openSocket({ gateway, token, session: 'bundled' })
    socket.send({ type: 'user_message', content: 'count to 3' })
    const answer = await socket.waitFor('assistant_message', ({ is_final }) => is_final)
    expect(answer).toMatchObject({ content: '1 2 3', finish_reason: 'stop' })
    socket.close()

    const completion = await rest('POST', '/v1/chat/completions', {
      json: { model: 'codelab-demo', messages: [{ role: 'user', content: 'count to 2' }] },
    })
    expect(completion).toMatchObject({
      status: 200,
      body: { choices: [{ message: { content: '1 2' } }] },
    })
    expect((await rest('GET', '/health')).body).toMatchObject({
      status: 'healthy',
      checks: { gateway: true, agent_runtime: true, llm_proxy: true, postgres: true, redis: true },
    })
  } finally {
    const codes = await workspace.stop()
    await database.drop()
    expect(codes).toEqual(codes.map(() => 0))
  }
}, 60_000)

test('the licences of the bundled packages are beside them', async () => {
  const notices = await readFile(join(folder, 'app', 'THIRD-PARTY.txt'), 'utf8')
  for (const name of ['koa', 'zod', 'gpt-tokenizer', '@mikro-orm/core', '@kubernetes/client-node'])
    expect(notices).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+\\S* \\(`, 'm'))
  expect(notices).toContain('Permission is hereby granted, free of charge')
})
