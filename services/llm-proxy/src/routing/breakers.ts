import { type Breaker, type BreakerState, createBreaker } from './breaker.ts'

type Key = { readonly provider: string; readonly model: string }

export type Breakers = ReturnType<typeof createBreakers>

/** One breaker per provider and model, made at its first try. */
export const createBreakers = ({
  onChange,
  ...settings
}: {
  failures: number
  recoveryMs: number
  now: () => number
  onChange?: (key: Key, state: BreakerState) => void
}) => {
  const breakers = new Map<string, Breaker>()
  return {
    of(key: Key): Breaker {
      const name = `${key.provider}/${key.model}`
      let breaker = breakers.get(name)
      if (!breaker) {
        breaker = createBreaker({
          ...settings,
          ...(onChange && { onChange: (state: BreakerState) => onChange(key, state) }),
        })
        breakers.set(name, breaker)
      }
      return breaker
    },
  }
}
