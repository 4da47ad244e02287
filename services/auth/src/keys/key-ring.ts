import type { Log } from '@codelab/runtime/log'
import { ringAt, spentAt, type Ring, type SigningKey } from './ring.ts'

export type KeyStore = {
  /** All keys, and the database's time, which all instances share. */
  load: () => Promise<{ keys: SigningKey[]; now: Date }>
  /**
   * Adds a key that signs after `leadSeconds` (the first one of all: at once). Does nothing when one is waiting to sign, or when
   * the newest is younger than `olderThanSeconds`. Says whether it added one; two instances never add two.
   */
  add: (options: { leadSeconds: number; olderThanSeconds: number }) => Promise<boolean>
  remove: (kids: readonly string[]) => Promise<void>
}

type Options = {
  store: KeyStore
  /** Milliseconds, this machine's. */
  now: () => number
  /** The longest a token lives. */
  overlapSeconds: number
  /** How long a key is listed before it signs. */
  leadSeconds: number
  rotationSeconds: number
  pollSeconds: number
  log: Log
  onRotated: () => Promise<void>
}

export type KeyRing = Awaited<ReturnType<typeof openKeyRing>>

/** The keys of this instance, kept up to date with those in the database and renewed by schedule. Rejects when there is no reading them. */
export async function openKeyRing(options: Options) {
  const { store, overlapSeconds, leadSeconds, rotationSeconds, log } = options
  let keys: SigningKey[] = []
  let offset = 0
  let ring: Ring = { keys: [], nextChange: undefined }

  const databaseNow = () => new Date(options.now() + offset)
  const arrange = () => {
    ring = ringAt(keys, databaseNow(), overlapSeconds)
  }

  const load = async () => {
    const loaded = await store.load()
    keys = loaded.keys
    offset = loaded.now.getTime() - options.now()
    arrange()
  }

  const refresh = async () => {
    if (await store.add({ leadSeconds, olderThanSeconds: rotationSeconds })) {
      log.info('a new signing key is listed and will sign after the JWKS cache time')
      await options.onRotated()
    }
    await load()
    const spent = spentAt(keys, databaseNow(), overlapSeconds)
    if (spent.length > 0) await store.remove(spent)
  }

  await refresh()
  const timer = setInterval(() => {
    refresh().catch((error: unknown) =>
      log.warn({ err: error }, 'signing keys could not be read; going on with those in memory'),
    )
  }, options.pollSeconds * 1000)
  timer.unref()

  return {
    /** Which keys sign and are listed right now. */
    current(): Ring {
      if (ring.nextChange && ring.nextChange <= databaseNow()) arrange()
      return ring
    },
    /** Seconds since the signing key was made. */
    ageSeconds: () => {
      const [signing] = ring.keys
      return signing ? (databaseNow().getTime() - signing.createdAt.getTime()) / 1000 : 0
    },
    /** Looks at the database now instead of at the next poll. */
    refresh,
    stop: () => clearInterval(timer),
  }
}
