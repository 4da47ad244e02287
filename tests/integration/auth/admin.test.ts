import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  addUser,
  goodPassword,
  keyEncryptionKey,
  refresh,
  signIn,
  startAuth,
  type Auth,
} from './harness.ts'

const program = join(import.meta.dirname, '../../../services/auth/src/admin.ts')

let auth: Auth
let folder: string

beforeAll(async () => {
  auth = await startAuth()
  folder = await mkdtemp(join(tmpdir(), 'codelab-auth-'))
  const state = {
    database_url: 'postgres://nobody@127.0.0.1:1/nothing',
    auth_database_url: auth.databaseUrl,
    redis_url: auth.settings['REDIS_URL'],
    key_encryption_key: keyEncryptionKey,
    cookie_keys: [],
  }
  await writeFile(join(folder, 'state.json'), JSON.stringify(state), { mode: 0o600 })
})
afterAll(async () => {
  await auth.stop()
  await rm(folder, { recursive: true })
})

type Result = { code: number | null; out: string; error: string }

/** Runs the program as a person does. */
function run(
  args: string[],
  { input = '', env = {} as Record<string, string> } = {},
): Promise<Result> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], {
      env: { PATH: process.env['PATH'], CODELAB_DATA: folder, ...env },
    })
    let out = ''
    let error = ''
    child.stdout.on('data', (chunk) => (out += chunk))
    child.stderr.on('data', (chunk) => (error += chunk))
    child.on('close', (code) => resolve({ code, out, error }))
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

const freshName = () => `person-${Math.random().toString(36).slice(2, 12)}`

test('a user that was added while the platform runs signs in at once, with the roles given', async () => {
  const name = freshName()
  const added = await run(
    ['user', 'add', name, '--password-stdin', '--role', 'admin', '--role', 'dev'],
    {
      input: `${goodPassword}\nnot the password\n`,
    },
  )
  expect(added).toMatchObject({ code: 0, error: '' })
  expect(added.out).toContain(`added ${name}`)
  expect((await signIn(auth, name)).status).toBe(200)
  const listed = await run(['user', 'list'])
  expect(listed.out).toMatch(new RegExp(`^${name}\\t[0-9a-f-]{36}\\tenabled\\tadmin,dev$`, 'm'))
})

test('DATABASE_URL goes before the notes of the data folder', async () => {
  const name = freshName()
  const env = { CODELAB_DATA: '/nowhere', DATABASE_URL: auth.databaseUrl }
  const added = await run(['user', 'add', name, '--password-stdin'], {
    input: `${goodPassword}\n`,
    env,
  })
  expect(added.code).toBe(0)
})

test.each([
  ['no command', [], 64],
  ['an unknown command', ['user', 'frobnicate'], 64],
  ['an unknown option', ['user', 'list', '--force'], 64],
  ['no name', ['user', 'add', '--password-stdin'], 64],
  ['two names', ['user', 'disable', 'a', 'b'], 64],
  ['a password on the command line', ['user', 'add', 'anna', 'hunter2hunter2'], 64],
  ['a name that is not there', ['user', 'disable', 'nobody-here'], 65],
  ['a role that is none', ['user', 'add', 'x', '--password-stdin', '--role', 'Not a role'], 65],
])('%s: one clear line and the right code', async (_what, args, code) => {
  const result = await run(args, { input: `${goodPassword}\n` })
  expect(result.code).toBe(code)
  expect(result.error).toMatch(/^codelab auth: .+/)
  expect(result.error).not.toMatch(/\n\s+at /)
  expect(result.out).toBe('')
})

test.each([
  ['short', 'seven77'],
  ['common', 'Password123'],
  ['the name itself', 'person-same-name'],
  ['empty', ''],
  ['repetitive', 'abababababab'],
])('a password that is %s is refused', async (_what, password) => {
  const result = await run(['user', 'add', 'person-same-name', '--password-stdin'], {
    input: `${password}\n`,
  })
  expect(result.code).toBe(65)
  expect(result.error).toMatch(/password/i)
})

test('a name that is taken, in whatever case, is refused', async () => {
  const { name } = await addUser(auth)
  const result = await run(['user', 'add', name.toUpperCase(), '--password-stdin'], {
    input: `${goodPassword}\n`,
  })
  expect(result).toMatchObject({
    code: 65,
    error: expect.stringContaining('There is a user named'),
  })
})

test('a database that does not answer, or notes that are not there: code 69', async () => {
  const away = await run(['user', 'list'], {
    env: { DATABASE_URL: 'postgres://a:secret@127.0.0.1:1/x' },
  })
  expect(away).toMatchObject({
    code: 69,
    error: 'codelab auth: the database does not answer; is the platform running?\n',
  })
  const unknown = await run(['user', 'list'], { env: { CODELAB_DATA: '/nowhere' } })
  expect(unknown.code).toBe(69)
  expect(unknown.error).toContain('/nowhere/state.json')
})

test('works while Redis is away', async () => {
  const { name } = await addUser(auth)
  const env = { DATABASE_URL: auth.databaseUrl, REDIS_URL: 'redis://127.0.0.1:1' }
  expect((await run(['user', 'disable', name], { env })).code).toBe(0)
})

test('a disabled user is out at the next refresh, and in again when enabled', async () => {
  const { name } = await addUser(auth)
  const tokens = (await signIn(auth, name)).body
  // the record is in every level of the cache now
  const fresh = (await refresh(auth, tokens['refresh_token'])).body['refresh_token']
  expect((await run(['user', 'disable', name])).out).toContain(`disabled ${name}`)
  expect(await refresh(auth, fresh)).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  })
  expect((await signIn(auth, name)).body).toEqual({
    error: 'invalid_grant',
    error_description: 'grant request is invalid',
  })
  expect((await run(['user', 'enable', name])).code).toBe(0)
  expect((await signIn(auth, name)).status).toBe(200)
  expect((await refresh(auth, fresh)).status).toBe(400)
})

test('a new password ends what the old one began', async () => {
  const { name } = await addUser(auth)
  const tokens = (await signIn(auth, name)).body
  const changed = await run(['user', 'password', name, '--password-stdin'], {
    input: 'quite another phrase\n',
  })
  expect(changed.code).toBe(0)
  expect((await refresh(auth, tokens['refresh_token'])).status).toBe(400)
  expect((await signIn(auth, name)).status).toBe(400)
  expect((await signIn(auth, name, 'quite another phrase')).status).toBe(200)
})

test('key rotate lists a second key', async () => {
  expect((await run(['key', 'rotate'])).out).toContain('a new signing key is listed')
  expect((await run(['key', 'rotate'])).out).toContain('waiting to take over already')
  const without = await run(['key', 'rotate'], { env: { DATABASE_URL: auth.databaseUrl } })
  expect(without).toMatchObject({
    code: 65,
    error: 'codelab auth: KEY_ENCRYPTION_KEY is not set.\n',
  })
})

test('all of it is in the audit table, without a password', async () => {
  const rows = await auth.query<{ kind: string; text: string }>(
    'select kind, audit::text as text from audit',
  )
  const kinds = new Set(rows.map(({ kind }) => kind))
  for (const kind of [
    'user_added',
    'user_disabled',
    'user_enabled',
    'password_changed',
    'key_rotated',
    'sign_in',
    'refresh',
  ]) {
    expect(kinds).toContain(kind)
  }
  const text = rows.map((row) => row.text).join('\n')
  expect(text).not.toContain(goodPassword)
  expect(text).not.toContain('quite another phrase')
})
