import { Failure } from '@codelab/runtime/failure'
import type { Account } from '../account/account.ts'

const retryMs = 5_000
const soonestMs = 500

/** Keeps the token of one open socket good: hands the next one to `show` before the present one ends. */
export type TokenKeeper = {
  /** Starts to watch over the token that the socket was opened with. */
  watch(token: { value: string; renewAt: number }): void
  /** The server has turned the present token down. */
  refused(): void
  stop(): void
}

/** `lost` is told when only a new sign-in helps. */
export function createTokenKeeper(options: {
  readonly account: Pick<Account, 'token'>
  readonly show: (token: string) => void
  readonly lost: (failure: Failure) => void
  readonly now: () => number
}): TokenKeeper {
  const { account, show, lost, now } = options
  let present: string | undefined
  let timer: NodeJS.Timeout | undefined
  let asking = false

  const schedule = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => void renew(), Math.max(soonestMs, ms))
  }

  const renew = async (refused?: string) => {
    if (asking) return
    asking = true
    try {
      const token = await account.token(refused)
      if (present === undefined) return
      const changed = token.value !== present
      present = token.value
      if (changed) show(token.value)
      schedule(changed ? token.renewAt - now() : retryMs)
    } catch (error) {
      if (present === undefined) return
      if (error instanceof Failure && error.code === 'unauthorized') lost(error)
      else schedule(retryMs)
    } finally {
      asking = false
    }
  }

  return {
    watch: (token) => {
      present = token.value
      schedule(token.renewAt - now())
    },
    refused: () => void renew(present),
    stop: () => {
      present = undefined
      clearTimeout(timer)
    },
  }
}
