import { randomBytes } from 'node:crypto'
import { withOperations } from '@codelab/auth/admin/open-operations'
import { AdminConfig } from '@codelab/auth/admin/settings'
import { readSettings } from '@codelab/runtime/settings'
import { createDatabase, redisDatabaseUrl } from '../../support/stores.ts'
import { until } from '../../support/until.ts'
import { keepAsking } from './keep-asking.ts'
import { startPair } from './service.ts'
import { inGoodOrder, watchLeaving } from './watch-leaving.ts'

test('auth under load leaves in order: every sign-in that was begun is answered', async () => {
  const database = await createDatabase()
  const pair = await startPair('auth', {
    DATABASE_URL: database.url,
    REDIS_URL: redisDatabaseUrl(),
    ISSUER: 'https://workspace.example',
    WORKSPACE: 'local/test',
    KEY_ENCRYPTION_KEY: randomBytes(32).toString('hex'),
    COOKIE_KEYS: randomBytes(32).toString('hex'),
  })
  const password = 'a long password of her own'
  const settings = readSettings(AdminConfig, { DATABASE_URL: database.url })
  await withOperations(settings, (users) => users.addUser({ name: 'ann', password }))
  const signIns = keepAsking(
    pair.url,
    {
      method: 'POST',
      path: '/oauth/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'password',
        client_id: 'codelab-desktop',
        username: 'ann',
        password,
      }).toString(),
    },
    2,
  )
  const readers = keepAsking(pair.url, { path: '/.well-known/jwks.json' }, 8)
  await until('some answers', () => signIns.answered() > 1 && readers.answered() > 50)

  expect(await watchLeaving(pair.leaver)).toEqual(inGoodOrder)
  expect(await signIns.stop()).toEqual([])
  expect(await readers.stop()).toEqual([])
  await pair.remove()
  await database.drop()
}, 60_000)
