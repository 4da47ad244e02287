import { Failure } from '@codelab/runtime/failure'
import { networkOf } from '../guard/network.ts'
import type { HashQueue } from './hash-queue.ts'
import { unopenableHash } from './password-hash.ts'
import { longestPassword } from './password-rules.ts'
import type { Audit, User, UserWithPassword } from './user.ts'
import { isPossibleName, nameKey, printableName } from './user-name.ts'

export type Attempt = {
  name: string
  password: string
  /** The address it came from. */
  source: string
  clientId: string
  requestId?: string | undefined
}

export type Guard = {
  /** Runs one attempt for the key; throws `rate_limited` instead when too many have failed. */
  attempt: (key: string, work: () => Promise<User | undefined>) => Promise<User | undefined>
}

type Dependencies = {
  findByName: (key: string) => Promise<UserWithPassword | undefined>
  verify: (password: string, hash: string) => Promise<boolean>
  queue: HashQueue
  guard: Guard
  audit: Audit
  /** Outcomes for the metrics. */
  count: (outcome: 'ok' | 'failed' | 'throttled' | 'busy') => void
  /** Whether to write the record of a throttled attempt; a flood of them must not become a flood of rows. */
  noteThrottled: (key: string) => boolean
}

export type SignIn = ReturnType<typeof createSignIn>

/**
 * Checks a name and a password. Answers undefined for an unknown name, a wrong password and a disabled user alike, after the
 * same work. Throws `rate_limited` when the guard says so and `unavailable` when too many wait.
 */
export function createSignIn(deps: Dependencies) {
  const check = async (name: string, password: string): Promise<User | undefined> => {
    const user = isPossibleName(name) ? await deps.findByName(name) : undefined
    const given = password.length > longestPassword * 2 ? '' : password.normalize('NFC')
    const matches = await deps.queue.run(() =>
      deps.verify(given, user?.passwordHash ?? unopenableHash),
    )
    return user && matches && !user.disabled ? user : undefined
  }

  const outcomeOf = (error: unknown) => {
    if (!(error instanceof Failure)) return undefined
    return error.code === 'rate_limited' ? 'throttled' : 'busy'
  }

  return async (attempt: Attempt): Promise<User | undefined> => {
    const name = nameKey(attempt.name)
    const key = `${name}\n${networkOf(attempt.source)}`
    const record = (outcome: 'ok' | 'failed' | 'throttled', user?: User) =>
      deps.audit.record({
        kind: 'sign_in',
        outcome,
        userName: user?.name ?? printableName(attempt.name),
        subject: user?.id,
        source: attempt.source,
        clientId: attempt.clientId,
        requestId: attempt.requestId,
      })
    try {
      const user = await deps.guard.attempt(key, () => check(name, attempt.password))
      const outcome = user ? 'ok' : 'failed'
      deps.count(outcome)
      await record(outcome, user)
      return user
    } catch (error) {
      const outcome = outcomeOf(error)
      if (outcome) deps.count(outcome)
      if (outcome === 'throttled' && deps.noteThrottled(key)) await record('throttled')
      throw error
    }
  }
}
