import { readSettings, SettingsError } from '@codelab/runtime/settings'
import { Config } from '@codelab/auth/config'

const good = {
  DATABASE_URL: 'postgres://x',
  REDIS_URL: 'redis://x',
  ISSUER: 'https://acme.example.com',
  WORKSPACE: 'team-acme/acme',
  KEY_ENCRYPTION_KEY: 'ab'.repeat(32),
  COOKIE_KEYS: `${'k'.repeat(32)},${'l'.repeat(32)}`,
}

test('defaults are the numbers of the mission', () => {
  expect(readSettings(Config, good)).toMatchObject({
    AUTH_PORT: 8003,
    ACCESS_TOKEN_TTL_S: 900,
    REFRESH_TOKEN_TTL_S: 2_592_000,
    PASSWORD_GRANT: true,
    JWKS_CACHE_S: 3_600,
    CACHE_TTL_S: 3_600,
    TRUSTED_PROXIES: [],
    COOKIE_KEYS: ['k'.repeat(32), 'l'.repeat(32)],
  })
})

test('the key may be hexadecimal or base64', () => {
  const bytes = Buffer.alloc(32, 0xab)
  for (const text of ['AB'.repeat(32), bytes.toString('base64'), bytes.toString('base64url')]) {
    const { KEY_ENCRYPTION_KEY } = readSettings(Config, { ...good, KEY_ENCRYPTION_KEY: text })
    expect(Buffer.from(KEY_ENCRYPTION_KEY).equals(bytes)).toBe(true)
  }
})

test.each([
  ['DATABASE_URL', ''],
  ['ISSUER', 'https://acme.example.com/path'],
  ['ISSUER', 'ftp://acme.example.com'],
  ['ISSUER', 'https://user@acme.example.com'],
  ['WORKSPACE', 'acme'],
  ['WORKSPACE', 'Team/acme'],
  ['KEY_ENCRYPTION_KEY', 'short'],
  ['COOKIE_KEYS', ''],
  ['COOKIE_KEYS', 'short'],
  ['ACCESS_TOKEN_TTL_S', '0'],
  ['PASSWORD_GRANT', 'perhaps'],
  ['AUTH_PORT', '70000'],
  ['KEY_ROTATION_DAYS', '-1'],
])('%s=%s is refused by name', (name, value) => {
  const read = () => readSettings(Config, { ...good, [name]: value })
  expect(read).toThrow(SettingsError)
  expect(read).toThrow(new RegExp(`^${name}: `))
})
