type Settings = { JWKS_CACHE_S: number; KEY_POLL_S: number }

/**
 * How long a new key is listed before it signs: every instance has seen it after one poll (two, when one fails), and a verifier
 * that read the JWKS just before that reads it again within its cache time.
 */
export const leadSecondsFor = ({ JWKS_CACHE_S, KEY_POLL_S }: Settings): number =>
  JWKS_CACHE_S + 2 * KEY_POLL_S
