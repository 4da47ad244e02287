import { createHmac, randomBytes } from 'node:crypto'
import type { KubeClient } from '../kube/client.ts'
import type { KubeObject } from '../kube/object.ts'
import { resources } from '../kube/resources.ts'
import type { StoreAddress } from '../workspace/observed.ts'
import type { KnownSecret } from './known-secret.ts'
import { storeAddressOf } from './store-address.ts'

/** A Secret as the API server gives it. */
export type SecretObject = KubeObject & { readonly data?: Readonly<Record<string, string>> }

/** What is remembered of a Secret's values. */
export type Digests = {
  /** By key, of those that hold something. */
  readonly digests: Readonly<Record<string, string>>
  /** By key, of those whose value is the address of a store. */
  readonly addresses: Readonly<Record<string, StoreAddress>>
}

type Remembered = Digests & { readonly version: string; readonly salt: string }

export type SecretDigests = ReturnType<typeof createSecretDigests>

const versionOf = ({ uid, version }: KnownSecret): string => `${uid}/${version}`

const bytesOf = (value: string): Buffer => Buffer.from(value, 'base64')

const valuesOf = ({ data = {} }: SecretObject): [string, Buffer][] =>
  Object.entries(data)
    .map(([key, value]): [string, Buffer] => [key, bytesOf(value)])
    .filter(([, value]) => value.length > 0)

function digestsOf(secret: SecretObject, salt: Uint8Array): Digests {
  const values = valuesOf(secret)
  return {
    digests: Object.fromEntries(
      values.map(([key, value]) => [
        key,
        createHmac('sha256', salt).update(value).digest('hex').slice(0, 16),
      ]),
    ),
    addresses: Object.fromEntries(
      values.flatMap(([key, value]) => {
        const address = storeAddressOf(value.toString())
        return address ? [[key, address]] : []
      }),
    ),
  }
}

/**
 * Digests of Secrets' values, read once per version of a Secret. They end up in annotations that more people may read than the
 * Secrets, so they are keyed with a random token of the workspace: a weak password cannot be guessed from its digest. Without that
 * token a key of this process stands in for it.
 */
export function createSecretDigests({ client }: { client: Pick<KubeClient, 'get'> }) {
  const remembered = new Map<string, Map<string, Remembered>>()
  const ownSalt = randomBytes(32)

  /** Each at most once for one reading. */
  const fetching = (namespace: string, signal: AbortSignal) => {
    const fetched = new Map<string, Promise<SecretObject | undefined>>()
    return (name: string) => {
      const secret =
        fetched.get(name) ??
        client.get<SecretObject>(resources.secrets, { namespace, name }, { signal })
      fetched.set(name, secret)
      return secret
    }
  }

  return {
    /** Of Secrets of one namespace, by name. One that is gone meanwhile is left out. `salt` names the Secret and the key that others are keyed with. */
    async read(
      workspaceKey: string,
      {
        namespace,
        known,
        salt,
      }: {
        namespace: string
        known: ReadonlyMap<string, KnownSecret>
        salt: { name: string; key: string }
      },
      signal: AbortSignal,
    ): Promise<Map<string, Digests>> {
      const before = remembered.get(workspaceKey)
      const now = new Map<string, Remembered>()
      const saltSecret = known.get(salt.name)
      const saltVersion = saltSecret ? versionOf(saltSecret) : ''
      const fetch = fetching(namespace, signal)
      const readSalt = async () => {
        if (!saltSecret) return ownSalt
        const secret = await fetch(salt.name)
        const value = bytesOf(secret?.data?.[salt.key] ?? '')
        return value.length > 0 ? value : ownSalt
      }
      const readOne = async ([name, secret]: [string, KnownSecret]) => {
        const old = before?.get(name)
        const version = versionOf(secret)
        if (old?.version === version && old.salt === saltVersion) {
          now.set(name, old)
          return
        }
        const [value, object] = await Promise.all([readSalt(), fetch(name)])
        if (object) now.set(name, { ...digestsOf(object, value), version, salt: saltVersion })
      }
      await Promise.all(Array.from(known, readOne))
      remembered.set(workspaceKey, now)
      return now
    },
    /** The workspace is gone. */
    forget(workspaceKey: string): void {
      remembered.delete(workspaceKey)
    },
  }
}
