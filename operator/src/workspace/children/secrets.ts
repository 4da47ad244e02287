import type { Workspace } from '@codelab/contracts/workspace'
import { type Child, metadataOf } from '../child.ts'
import { secretNames } from '../names.ts'

/** How a value comes to be: given, or random bytes in a form. */
type Value =
  | { readonly text: string }
  | { readonly bytes: number; readonly form: 'hex' | 'base64url' }

/**
 * What a Secret means that is gone from a workspace whose database is in use: `made` anew, for whoever reads it follows; `missed`, for
 * what is stored opens with nothing else; `done` with, for it was only the beginning.
 */
type Lost = 'made' | 'missed' | 'done'

export type WantedSecret = {
  readonly name: string
  readonly lost: Lost
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
      ? [
          {
            name: names.postgres,
            lost: 'made' as const,
            component: 'postgres',
            values: { password: random(24) },
          },
        ]
      : []),
    ...(redis.managed
      ? [
          {
            name: names.redis,
            lost: 'made' as const,
            component: 'redis',
            values: { password: random(24) },
          },
        ]
      : []),
    {
      name: names.internal,
      lost: 'made',
      component: 'workspace',
      values: { token: random(32), forwardedToken: random(32) },
    },
    {
      name: names.auth,
      lost: 'missed',
      component: 'auth',
      values: { keyEncryptionKey: random(32, 'hex'), cookieKeys: random(32) },
    },
    {
      name: names.admin,
      lost: 'done',
      component: 'auth',
      values: { username: { text: 'admin' }, password: random(18) },
    },
  ]
}

const isInUse = ({ status }: Workspace): boolean => status?.version !== undefined

/** Those to make: one that exists is never written again, whatever it holds, and one that was lost is made again only where that helps. */
export const secretsToMake = (
  workspace: Workspace,
  exists: (name: string) => boolean,
): WantedSecret[] =>
  wantedSecrets(workspace).filter(
    ({ name, lost }) => !exists(name) && (lost === 'made' || !isInUse(workspace)),
  )

/** Those without which nothing may be changed any more. */
export const secretsMissed = (
  workspace: Workspace,
  exists: (name: string) => boolean,
): WantedSecret[] =>
  wantedSecrets(workspace).filter(
    ({ name, lost }) => !exists(name) && lost === 'missed' && isInUse(workspace),
  )

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
