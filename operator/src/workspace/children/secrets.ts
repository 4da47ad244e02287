import type { Workspace } from '@codelab/contracts/workspace'
import { type Child, metadataOf } from '../child.ts'
import { secretNames } from '../names.ts'
import type { Observed } from '../observed.ts'

/** How a value comes to be: given, or random bytes in a form. */
type Value =
  | { readonly text: string }
  | { readonly bytes: number; readonly form: 'hex' | 'base64url' }

export type WantedSecret = {
  readonly name: string
  /** The part that it belongs to. */
  readonly component: string
  readonly values: Readonly<Record<string, Value>>
}

const random = (bytes: number, form: 'hex' | 'base64url' = 'base64url'): Value => ({ bytes, form })

/** Every Secret that the operator makes for a workspace, with its keys. */
export function wantedSecrets(workspace: Workspace): WantedSecret[] {
  const names = secretNames(workspace)
  const { postgres, redis } = workspace.spec
  return [
    ...(postgres.managed
      ? [{ name: names.postgres, component: 'postgres', values: { password: random(24) } }]
      : []),
    ...(redis.managed
      ? [{ name: names.redis, component: 'redis', values: { password: random(24) } }]
      : []),
    {
      name: names.internal,
      component: 'workspace',
      values: { token: random(32), forwardedToken: random(32) },
    },
    {
      name: names.auth,
      component: 'auth',
      values: { keyEncryptionKey: random(32, 'hex'), cookieKeys: random(32) },
    },
    {
      name: names.admin,
      component: 'auth',
      values: { username: { text: 'admin' }, password: random(18) },
    },
  ]
}

/** Those that do not exist yet. One that exists is never written again, whatever it holds. */
export const missingSecrets = (workspace: Workspace, observed: Observed): WantedSecret[] =>
  wantedSecrets(workspace).filter(({ name }) => !observed.secrets[name])

/** The object to create, by POST only. `randomBytes` gives fresh random bytes at each call: a builder invents nothing. */
export const secretOf = (
  workspace: Workspace,
  { name, component, values }: WantedSecret,
  randomBytes: (count: number) => Uint8Array,
): Child => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: metadataOf(workspace, name, component, true),
  type: 'Opaque',
  stringData: Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      'text' in value ? value.text : Buffer.from(randomBytes(value.bytes)).toString(value.form),
    ]),
  ),
})
