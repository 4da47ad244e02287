/** In thousandths. */
const factors: ReadonlyMap<string, bigint> = new Map(
  Object.entries({
    m: 1n,
    '': 1_000n,
    k: 10n ** 6n,
    M: 10n ** 9n,
    G: 10n ** 12n,
    T: 10n ** 15n,
    P: 10n ** 18n,
    Ki: 1_000n * 2n ** 10n,
    Mi: 1_000n * 2n ** 20n,
    Gi: 1_000n * 2n ** 30n,
    Ti: 1_000n * 2n ** 40n,
    Pi: 1_000n * 2n ** 50n,
  }),
)

/**
 * The number that a Kubernetes quantity stands for: bytes, processors. NaN for what is none. Rounded up to thousandths as the API
 * server does, in whole numbers, so that 0.009 and the 9m that it makes of it are the same.
 */
export function amountOf(quantity: string | number): number {
  const parts = /^(?<whole>[0-9]+)(?:\.(?<rest>[0-9]+))?(?<unit>[a-zA-Z]*)$/.exec(
    String(quantity),
  )?.groups
  const factor = parts && factors.get(parts['unit']!)
  if (factor === undefined) return Number.NaN
  const { whole, rest = '' } = parts as { whole: string; rest?: string }
  const scale = 10n ** BigInt(rest.length)
  return Number((BigInt(whole + rest) * factor + scale - 1n) / scale) / 1_000
}
