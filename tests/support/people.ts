import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withOperations } from '@codelab/auth/admin/open-operations'
import { adminSettings } from '@codelab/auth/admin/settings'
import type { StartedPlatform } from './platform.ts'
import { signIn } from './socket.ts'

/** What a started platform notes in its data folder for its administrator. */
export async function stateOf(data: string): Promise<{
  issuer: string
  database_url: string
  auth_database_url: string
  redis_url: string
  key_encryption_key: string
}> {
  return JSON.parse(await readFile(join(data, 'state.json'), 'utf8')) as Awaited<
    ReturnType<typeof stateOf>
  >
}

/** A secret of the data folder. */
export async function secretOf(
  data: string,
  name: 'internal_token' | 'forwarded_token' | 'cookie_key',
): Promise<string> {
  const secrets = JSON.parse(await readFile(join(data, 'secrets.json'), 'utf8')) as Record<
    string,
    string
  >
  return secrets[name]!
}

/** Adds a person to a running platform, as `npm run auth -- user add` does, and signs them in. */
export async function addPerson(
  { data, ready }: Pick<StartedPlatform, 'data' | 'ready'>,
  name: string,
): Promise<{ id: string; token: string }> {
  const password = `a long password of ${name}'s own`
  const settings = await adminSettings({ CODELAB_DATA: data })
  const { id } = await withOperations(settings, (users) => users.addUser({ name, password }))
  return { id, token: (await signIn(ready.gateway, name, password)).access_token }
}
