import { argon2Sync } from 'node:crypto'
import { hashPassword, unopenableHash, verifyPassword } from '@codelab/auth/users/password-hash'

test('a hash is argon2id of 19 MiB, two passes, one lane, in PHC form with a salt of its own', async () => {
  const [first, second] = [await hashPassword('one phrase'), await hashPassword('one phrase')]
  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(first).not.toBe(second)
})

test('only the same password verifies', async () => {
  const hash = await hashPassword('one phrase')
  expect(await verifyPassword('one phrase', hash)).toBe(true)
  expect(await verifyPassword('One phrase', hash)).toBe(false)
  expect(await verifyPassword('', hash)).toBe(false)
})

test('a hash of other parameters still verifies', async () => {
  const salt = Buffer.from('another salt, 16')
  const tag = argon2Sync('argon2id', {
    message: 'p',
    nonce: salt,
    memory: 64,
    passes: 1,
    parallelism: 1,
    tagLength: 16,
  })
  const encode = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
  expect(
    await verifyPassword('p', `$argon2id$v=19$m=64,t=1,p=1$${encode(salt)}$${encode(tag)}`),
  ).toBe(true)
})

test.each([
  '',
  'plain',
  '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy',
  '$argon2i$v=19$m=64,t=1,p=1$YWFhYWFhYWE$YWFhYWFhYWE',
  '$argon2id$v=19$m=64,t=1$YWFhYWFhYWE$YWFhYWFhYWE',
])('what is no argon2id hash never matches: %s', async (hash) => {
  expect(await verifyPassword('plain', hash)).toBe(false)
})

test('the hash for unknown names costs what a real one costs and opens to nothing', async () => {
  const cost = (hash: string) => hash.split('$').slice(0, 4)
  const real = await hashPassword('x')
  expect(cost(unopenableHash)).toEqual(cost(real))
  expect(unopenableHash.length).toBe(real.length)
  expect(await verifyPassword('', unopenableHash)).toBe(false)
})
