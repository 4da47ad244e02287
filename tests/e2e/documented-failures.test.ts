import { randomUUID } from 'node:crypto'
import * as contracts from '@codelab/contracts/client-gateway'
import type { FailureCode } from '@codelab/contracts/errors'
import { OpenAIFailure } from '@codelab/contracts/openai'
import type { Route } from '@codelab/contracts/route'
import { expectFailure } from '../support/expect-failure.ts'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { bearer, restClient, type Answer, type RestClient } from '../support/rest.ts'
import { signIn } from '../support/socket.ts'

/** Failures come as the documents say: the gateway's own as in its OpenAPI document, those behind it in the form of their clients. */
let platform: StartedPlatform
let rest: RestClient
let open: RestClient
beforeAll(async () => {
  platform = await startPlatform()
  const { gateway, username, password } = platform.ready
  rest = restClient(gateway, bearer((await signIn(gateway, username, password)).access_token))
  open = restClient(gateway)
}, 60_000)
afterAll(() => platform.remove(), 30_000)

/** Routes as values, of every type at once. */
const routes = Object.values(contracts).filter(
  (value): value is Route & typeof value =>
    typeof value === 'object' && 'path' in value && 'access' in value,
) as unknown as Route[]

const pathOf = ({ path }: Route, id: string) => path.replace(':id', id)

describe('the OpenAPI document', () => {
  type Operation = { responses: Record<string, { content?: object }> }
  let paths: Record<string, Record<string, Operation>>
  beforeAll(async () => {
    const { body } = await open('get', '/openapi.json')
    paths = (body as { paths: typeof paths }).paths
  })
  const operation = ({ path, method }: Route) => paths[path.replace(/:(\w+)/g, '{$1}')]?.[method]

  test('lists every route of the contracts and no other but /health', () => {
    const listed = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    const wanted = routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
    expect(listed.sort()).toEqual([...wanted, 'get /health'].sort())
  })

  test.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s fails as documented, without a token and with a bad one, id or body',
    async (_, route) => {
      const documented = operation(route)!.responses
      const seen = async (answer: Answer, code: FailureCode) => {
        expectFailure(answer, code)
        expect(Object.keys(documented)).toContain(String(answer.status))
        const shape = JSON.stringify(documented[answer.status]!.content)
        expect(shape).toContain('#/components/schemas/Failure')
      }
      const path = pathOf(route, 's1')
      const json = route.body ? { json: {} } : {}
      await seen(await open(route.method, path, json), 'unauthorized')
      await seen(
        await open(route.method, path, { ...json, headers: bearer('x.y.z') }),
        'unauthorized',
      )
      if (route.params)
        await seen(await rest(route.method, pathOf(route, 'a%20b'), json), 'invalid_request')
      if (route.query)
        await seen(await rest(route.method, `${path}?limit=0`, json), 'invalid_request')
      if (route.body) await seen(await rest(route.method, path, { json: 7 }), 'invalid_request')
      if (route.params && !route.query)
        await seen(await rest(route.method, pathOf(route, randomUUID()), json), 'not_found')
    },
  )
})

describe('what is passed on answers in the form of its own clients', () => {
  test.each([
    ['no grant', '', 400, 'invalid_request'],
    [
      'an unknown grant',
      'grant_type=magic&client_id=codelab-desktop',
      400,
      'unsupported_grant_type',
    ],
    ['an unknown client', 'grant_type=password&client_id=nobody', 401, 'invalid_client'],
    ['no client', 'grant_type=password&username=a&password=b', 400, 'invalid_request'],
    [
      'no password',
      'grant_type=password&client_id=codelab-desktop&username=a',
      400,
      'invalid_request',
    ],
    [
      'a made-up refresh token',
      'grant_type=refresh_token&client_id=codelab-desktop&refresh_token=x',
      400,
      'invalid_grant',
    ],
    ['70 KiB', `grant_type=password&password=${'x'.repeat(70_000)}`, 413, 'invalid_request'],
  ])('/oauth/token with %s', async (_, raw, status, error) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    expect(await open('post', '/oauth/token', { raw, headers })).toMatchObject({
      status,
      body: { error, error_description: expect.any(String) },
    })
  })

  test.each([
    ['no messages', { model: 'codelab-demo' }, 400],
    ['an unknown model', { model: 'gpt-99', messages: [{ role: 'user', content: 'hi' }] }, 404],
    ['an unknown role', { model: 'codelab-demo', messages: [{ role: 'cat', content: '' }] }, 400],
  ])('/v1/chat/completions with %s', async (_, json, status) => {
    const answer = await rest('post', '/v1/chat/completions', { json })
    expect(answer.status).toBe(status)
    expect(OpenAIFailure.strict().parse(answer.body).error.type).toBe('invalid_request_error')
  })
})
