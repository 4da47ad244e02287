const factors: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
}

/** The number that a Kubernetes quantity stands for: bytes, processors. NaN for what is none. */
export function amountOf(quantity: string | number): number {
  const { number, unit } = /^(?<number>[0-9]+(?:\.[0-9]+)?)(?<unit>[a-zA-Z]*)$/.exec(
    String(quantity),
  )?.groups ?? { unit: '?' }
  return Number(number) * (factors[unit!] ?? Number.NaN)
}
