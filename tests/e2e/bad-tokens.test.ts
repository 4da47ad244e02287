import { randomUUID } from 'node:crypto'
import { decodeJwt } from 'jose'
import pg from 'pg'
import { createSeal } from '@codelab/auth/keys/seal'
import { createKeyStore } from '@codelab/auth/store/keys'
import { audienceOf } from '@codelab/contracts/auth'
import { badTokens, type BadToken } from '../support/bad-tokens.ts'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { addPerson, stateOf } from '../support/people.ts'
import { bearer, restClient, type Answer } from '../support/rest.ts'
import { signerOf, type Signer } from '../support/signing.ts'
import { openSocket, signIn } from '../support/socket.ts'

/**
 * Every kind of bad token against every service that checks one. Those with a wrong claim are signed with auth's own key, taken out of its
 * database, so that nothing but the claim can be the reason.
 */
let platform: StartedPlatform
let signer: Signer
let table: BadToken[]
/** Tokens that were good once or are good for somebody else, straight from auth. */
let idToken: string
let refreshToken: string

/** The key that auth signs with right now. */
async function signingKey(data: string) {
  const state = await stateOf(data)
  const pool = new pg.Pool({ connectionString: state.auth_database_url, max: 1 })
  try {
    const seal = createSeal(Buffer.from(state.key_encryption_key, 'hex'), 'signing-key')
    return (await createKeyStore({ pool, seal }).load()).keys[0]!.jwk
  } finally {
    await pool.end()
  }
}

beforeAll(async () => {
  platform = await startPlatform()
  const { gateway, username, password, workspace } = platform.ready
  const tokens = (await signIn(gateway, username, password)) as Record<string, string>
  idToken = tokens['id_token']!
  refreshToken = tokens['refresh_token']!
  signer = await signerOf(await signingKey(platform.data), {
    issuer: gateway,
    audience: audienceOf(workspace),
    subject: decodeJwt(tokens['access_token']!).sub!,
  })
  table = [
    ...(await badTokens(signer)),
    { name: 'the ID token of the same sign-in', token: idToken, code: 'unauthorized' },
    { name: 'the refresh token of the same sign-in', token: refreshToken, code: 'unauthorized' },
  ]
}, 60_000)
afterAll(() => platform.remove(), 30_000)

type Verdict = { readonly name: string; readonly refused: boolean; readonly said: unknown }

/** Prints how many were refused, and fails naming those that were not. */
function expectAllRefused(service: string, verdicts: readonly Verdict[]): void {
  const accepted = verdicts.filter(({ refused }) => !refused)
  const count = verdicts.length - accepted.length
  process.stdout.write(`${service}: ${count} of ${verdicts.length} bad tokens refused\n`)
  expect(accepted).toEqual([])
  expect(verdicts.length).toBeGreaterThanOrEqual(30)
}

/** Past the size of a header the request ends before anybody reads a token. */
const neverRead = (answer: Answer | Error): boolean =>
  answer instanceof Error || answer.status === 431

const verdictsOf = (
  ask: (token: string) => Promise<Answer>,
  expected: (bad: BadToken) => object,
): Promise<Verdict[]> =>
  Promise.all(
    table.map(async (bad) => {
      const answer = await ask(bad.token).catch((error: Error) => error)
      if (bad.oversized) return { name: bad.name, refused: neverRead(answer), said: 'oversized' }
      if (answer instanceof Error) return { name: bad.name, refused: false, said: answer.message }
      const { status, body } = answer
      const refused = status === 401 && matches(body, expected(bad))
      return { name: bad.name, refused, said: { status, body } }
    }),
  )

const matches = (body: unknown, expected: object): boolean => {
  try {
    expect(body).toMatchObject(expected as Record<string, unknown>)
    return true
  } catch {
    return false
  }
}

const askWith =
  (base: string, path: string) =>
  (token: string): Promise<Answer> =>
    restClient(base)('get', path, { headers: bearer(token) })

test('a token made with the same key and nothing wrong opens every door', async () => {
  const { gateway, llm_proxy, auth } = platform.ready
  const token = await signer.token()
  for (const [base, path] of [
    [gateway, '/api/v1/sessions'],
    [gateway, '/v1/models'],
    [gateway, '/oauth/userinfo'],
    [llm_proxy, '/v1/models'],
    [auth, '/oauth/userinfo'],
  ] as const)
    expect((await askWith(base, path)(token)).status).toBe(200)
  const socket = await openSocket({ gateway, token, session: randomUUID() })
  await socket.waitFor('session')
  socket.close()
})

test('REST of the gateway refuses each with 401 and its code', async () => {
  const verdicts = await verdictsOf(
    askWith(platform.ready.gateway, '/api/v1/sessions'),
    ({ code }) => ({ error: { code, request_id: expect.any(String) } }),
  )
  expectAllRefused('gateway REST', verdicts)
})

test('the socket closes each with 4001, and says so first where it has expired', async () => {
  const verdicts = await Promise.all(
    table.map(async ({ name, token, code, oversized }) => {
      const { gateway } = platform.ready
      const socket = await openSocket({ gateway, token, session: randomUUID() })
      const end = await socket.closed()
      const told = socket.frames.map((frame) => (frame.type === 'error' ? frame.code : frame.type))
      const refused = oversized
        ? end.code === 1006 && told.length === 0
        : end.code === 4001 &&
          end.reason === 'Invalid token' &&
          told.join() === (code === 'token_expired' ? code : '')
      return { name, refused, said: { ...end, told } }
    }),
  )
  expectAllRefused('gateway socket', verdicts)
})

test.each([
  ['llm-proxy', 'llm_proxy'],
  ['llm-proxy behind the gateway', 'gateway'],
] as const)("%s refuses each in OpenAI's form", async (name, service) => {
  const verdicts = await verdictsOf(askWith(platform.ready[service], '/v1/models'), ({ code }) => ({
    error: {
      type: 'authentication_error',
      code: code === 'unauthorized' ? 'invalid_api_key' : code,
      message: expect.any(String),
    },
  }))
  expectAllRefused(name, verdicts)
})

test.each([
  ['auth', 'auth'],
  ['auth behind the gateway', 'gateway'],
] as const)('%s gives no user information for any', async (name, service) => {
  const verdicts = await verdictsOf(askWith(platform.ready[service], '/oauth/userinfo'), () => ({
    error: 'invalid_token',
  }))
  expectAllRefused(name, verdicts)
})

test('introspection calls every one of them inactive', async () => {
  const introspect = async (token: string) => {
    const response = await fetch(`${platform.ready.auth}/oauth/introspect`, {
      method: 'POST',
      body: new URLSearchParams({ token, client_id: 'codelab-desktop' }),
    })
    return { status: response.status, body: (await response.json()) as unknown }
  }
  const verdicts = await Promise.all(
    table
      .filter(({ token }) => token !== refreshToken)
      .map(async ({ name, token }) => {
        const { status, body } = await introspect(token)
        const refused = status >= 400 ? status === 413 : matches(body, { active: false })
        return { name, refused, said: { status, body } }
      }),
  )
  expectAllRefused('introspection', verdicts)
})

test('a token of a person who does not exist tells nothing about anybody', async () => {
  const token = await signer.token({ sub: randomUUID() })
  expect((await askWith(platform.ready.auth, '/oauth/userinfo')(token)).status).toBe(401)
  const { status, body } = await askWith(platform.ready.gateway, '/api/v1/sessions')(token)
  expect([status, body]).toEqual([200, { items: [] }])
})

test('without the scope workspace a token opens nothing of the workspace', async () => {
  const { gateway, llm_proxy } = platform.ready
  const token = await signer.token({ scope: 'openid' })
  expect((await askWith(gateway, '/api/v1/sessions')(token)).status).toBe(403)
  expect((await askWith(llm_proxy, '/v1/models')(token)).status).toBe(403)
  const socket = await openSocket({ gateway, token, session: randomUUID() })
  expect((await socket.closed()).code).toBe(4001)
})

test("a good token of one person does not stand for another's in an open socket", async () => {
  const { gateway } = platform.ready
  const other = await addPerson(platform, 'mallory')
  const socket = await openSocket({ gateway, token: await signer.token(), session: randomUUID() })
  await socket.waitFor('session')
  socket.send({ type: 'authenticate', token: other.token })
  expect((await socket.closed()).code).toBe(4003)
})
