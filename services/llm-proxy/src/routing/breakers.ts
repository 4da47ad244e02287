import { byLabels } from '@codelab/runtime/by-labels'
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
  const breakers = byLabels(['provider', 'model'], (key) =>
    createBreaker({
      ...settings,
      ...(onChange && { onChange: (state: BreakerState) => onChange(key, state) }),
    }),
  )
  return { of: ({ provider, model }: Key): Breaker => breakers.of([provider, model]) }
}
