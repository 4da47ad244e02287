import type { Pool } from 'pg'
import type { Log } from '@codelab/runtime/log'
import type { Metrics } from '@codelab/runtime/metrics'
import { StartError } from '@codelab/runtime/process'
import type { Config } from '../config.ts'
import { leadSecondsFor } from '../keys/lead.ts'
import { openKeyRing, type KeyRing } from '../keys/key-ring.ts'
import { createSeal, SealBroken } from '../keys/seal.ts'
import { createKeyStore } from '../store/keys.ts'
import type { Audit } from '../users/user.ts'

type Parts = { config: Config; pool: Pool; log: Log; metrics: Metrics; audit: Audit }

const daySeconds = 86_400

/** The signing keys of this instance; makes the first one. A key-encryption key that opens none of them is a `StartError`. */
export async function openKeys({ config, pool, log, metrics, audit }: Parts): Promise<KeyRing> {
  try {
    const keys = await openKeyRing({
      store: createKeyStore({ pool, seal: createSeal(config.KEY_ENCRYPTION_KEY, 'signing-key') }),
      now: Date.now,
      overlapSeconds: config.ACCESS_TOKEN_TTL_S,
      leadSeconds: leadSecondsFor(config),
      rotationSeconds: config.KEY_ROTATION_DAYS * daySeconds,
      pollSeconds: config.KEY_POLL_S,
      log,
      onRotated: () => audit.record({ kind: 'key_rotated', outcome: 'ok' }),
    })
    metrics.gauge('signing_key_age_seconds', 'Since the key that signs was made.', [], (gauge) =>
      gauge.set(keys.ageSeconds()),
    )
    return keys
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    throw new StartError(
      'KEY_ENCRYPTION_KEY does not open the signing keys in the database; set the key that they were made with',
      { cause: error },
    )
  }
}
