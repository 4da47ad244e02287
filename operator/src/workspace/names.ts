import { createHash } from 'node:crypto'

/** The parts of a workspace; each child is named `<workspace>-<part>`. */
export const parts = [
  'gateway',
  'agent',
  'worker',
  'llm-proxy',
  'auth',
  'postgres',
  'redis',
] as const
export type Part = (typeof parts)[number]

type Named = { readonly metadata: { readonly name: string } }

export const childName = ({ metadata }: Named, part: Part): string => `${metadata.name}-${part}`

/** The Secrets that the operator makes for a workspace. */
export const secretNames = ({ metadata: { name } }: Named) => ({
  postgres: `${name}-postgres`,
  redis: `${name}-redis`,
  internal: `${name}-internal`,
  auth: `${name}-auth`,
  admin: `${name}-admin`,
})

export const serviceAccountName = ({ metadata }: Named): string => `${metadata.name}-workspace`
export const volumeName = ({ metadata }: Named): string => `${metadata.name}-postgres-data`
export const providersName = ({ metadata }: Named): string => `${metadata.name}-providers`

/** Sixteen hexadecimal digits that change when any of the texts does. */
export const digestOf = (...texts: readonly string[]): string => {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}:`).update(text)
  return hash.digest('hex').slice(0, 16)
}

/** Kubernetes' limit on a label's value and on a DNS label. */
export const longestLabel = 63

/** `acme-migrate-0-1-0-3fa9c21b`: readable as far as it fits, told apart by the digest of everything that calls for a Job of its own. */
export function migrationName({ metadata: { name } }: Named, version: string, cause: string) {
  const ending = `-${digestOf(version, cause).slice(0, 8)}`
  const room = longestLabel - `${name}-migrate`.length - ending.length
  const readable = version
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, Math.max(0, room - 1))
    .replaceAll(/^-+|-+$/g, '')
  return `${name}-migrate${readable && `-${readable}`}${ending}`
}
