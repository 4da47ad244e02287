import { openPage } from './page.ts'
import { type EngineUnderTest, startEngineUnderTest, tokenOf } from './engine-under-test.ts'

/** Nothing listens there. */
const nowhere = 'http://127.0.0.1:9'

type Account = { account: { state: string; person?: { id: string }; problem?: { reason: string } } }

let engine: EngineUnderTest
afterEach(() => engine.stop())

test('who was signed in finds their work at once, though the token must be renewed and the server does not answer', async () => {
  engine = await startEngineUnderTest(nowhere, { signedIn: false })
  expect(await engine.page.get<Account>('/api/v1/state')).toMatchObject({
    account: { state: 'signed_out' },
  })
  const tokens = { access_token: tokenOf('u1'), refresh_token: 'r1' }
  await engine.tokens.save(nowhere, { ...tokens, received_at: 1, expires_at: 2 })

  const next = await engine.another()
  const page = await openPage(next.entry())
  expect(await page.get<Account>('/api/v1/state')).toMatchObject({
    account: { state: 'signed_in', person: { id: 'u1' } },
  })
  await page.close()
  await next.close()
})
