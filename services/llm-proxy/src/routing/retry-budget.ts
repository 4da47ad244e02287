import { byLabels } from '@codelab/runtime/by-labels'

/** Of so many requests one may be tried again, however many fail. */
const share = 0.1
/** So many retries in a row are always there after a quiet time, so that a single caller gets every configured try. */
const reserve = 20
/** And so many a second come back by themselves. */
const perSecond = 0.5

export type RetryBudget = {
  /** A request begins its first try. */
  begin(): void
  /** False: the vendor is asked too often already; the next model is the better answer. */
  take(): boolean
}

/**
 * Bounds how much retries add to a vendor's load. A breaker ends the tries at a vendor that fails all of them; one that fails every other
 * request never gets there, and would be asked twice as often just when it has too much to do.
 */
export const createRetryBudget = (now: () => number): RetryBudget => {
  let retries = reserve
  let countedAt = now()

  const add = (more: number): void => {
    retries = Math.min(reserve, retries + more)
  }
  const countTime = (): void => {
    const at = now()
    add(((at - countedAt) / 1000) * perSecond)
    countedAt = at
  }

  return {
    begin: () => add(share),
    take() {
      countTime()
      if (retries < 1) return false
      retries -= 1
      return true
    },
  }
}

export type RetryBudgets = ReturnType<typeof createRetryBudgets>

/** One budget per provider and model, made at its first try. */
export const createRetryBudgets = (now: () => number) => {
  const budgets = byLabels(['provider', 'model'], () => createRetryBudget(now))
  return {
    of: ({ provider, model }: { provider: string; model: string }): RetryBudget =>
      budgets.of([provider, model]),
  }
}
