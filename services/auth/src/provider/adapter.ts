import { errors, type Adapter, type AdapterPayload } from 'oidc-provider'
import type { Seal } from '../keys/seal.ts'
import type { Records, RecordRow } from '../store/records.ts'
import { asOAuthError } from './oauth-failure.ts'

type Options = {
  records: Records
  /** What is stored in place of an identifier. */
  fingerprint: (value: string) => Buffer
  /** Closes the records that must give their own identifier back. */
  seal: Seal
}

/** Found by a second name too, or holding identifiers of others; all else is stored in the open without its identifier. */
const sealedKinds = new Set(['Session', 'Interaction', 'DeviceCode'])
const unlimitedSeconds = 315_360_000

/** oidc-provider's storage on PostgreSQL. No bearer value is stored in a form in which it could be presented. */
export function createAdapterFactory({ records, fingerprint, seal }: Options) {
  const stored = (kind: string, id: Buffer, payload: AdapterPayload): Record<string, unknown> => {
    if (sealedKinds.has(kind)) {
      const text = JSON.stringify(payload)
      return {
        sealed: seal.close(text, `${kind}:${id.toString('hex')}`).toString('base64'),
        id: id.toString('hex'),
      }
    }
    const { jti: _, consumed: __, ...rest } = payload
    return rest
  }

  const opened = (kind: string, row: RecordRow, id?: string): AdapterPayload => {
    const { sealed, id: hex } = row.payload
    const payload: AdapterPayload =
      typeof sealed === 'string'
        ? (JSON.parse(
            seal.open(Buffer.from(sealed, 'base64'), `${kind}:${String(hex)}`),
          ) as AdapterPayload)
        : { ...row.payload, jti: id }
    return row.consumed === undefined ? payload : { ...payload, consumed: row.consumed }
  }

  const guarded = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work()
    } catch (error) {
      throw asOAuthError(error)
    }
  }

  return (kind: string): Adapter => {
    const idOf = (value: string) => fingerprint(`${kind}:${value}`)
    const lookupOf = (value: string) => fingerprint(`${kind}?${value}`)
    const byLookup = (value: string) =>
      guarded(async () => {
        const row = await records.findByLookup(kind, lookupOf(value))
        return row && opened(kind, row)
      })

    return {
      find: (value) =>
        guarded(async () => {
          if (kind === 'Client') return undefined
          const row = await records.find(kind, idOf(value))
          return row && opened(kind, row, value)
        }),
      findByUid: byLookup,
      findByUserCode: byLookup,
      upsert: (value, payload, expiresIn) =>
        guarded(() => {
          const id = idOf(value)
          const second = payload.uid ?? payload.userCode
          return records.save({
            kind,
            id,
            payload: stored(kind, id, payload),
            grantId: kind === 'Grant' ? value : payload.grantId,
            accountId: payload.accountId,
            lookup: typeof second === 'string' ? lookupOf(second) : undefined,
            generation: payload.rotations,
            ttlSeconds: expiresIn ?? unlimitedSeconds,
          })
        }),
      consume: (value) =>
        guarded(async () => {
          const first = await records.consume(kind, idOf(value))
          if (!first && kind !== 'RefreshToken') throw new errors.InvalidGrant('already consumed')
        }),
      destroy: (value) => guarded(() => records.destroy(kind, idOf(value))),
      revokeByGrantId: (grantId) => guarded(() => records.revokeGrant(kind, grantId)),
    }
  }
}
