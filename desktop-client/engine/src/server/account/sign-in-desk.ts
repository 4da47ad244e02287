import type { AccountState, SignInAttempt } from '@codelab/contracts/engine-ui/account'
import type { Problem } from '@codelab/contracts/engine-ui/failures'
import { Failure } from '@codelab/runtime/failure'
import type { Account, Person } from '../../account/account.ts'
import type { LoopbackPage } from '../../account/loopback.ts'
import {
  type SignIn,
  signInWithBrowser,
  signInWithDevice,
  signInWithPassword,
} from '../../account/sign-in.ts'
import { EngineFailure, problemOf, reasonOf } from '../../engine-failure.ts'

export type Asked =
  | { readonly way: 'browser' }
  | { readonly way: 'device' }
  | { readonly way: 'password'; readonly username: string; readonly password: string }

/** The person's way in and out, one at a time, and what a page shows of it. */
export type SignInDesk = {
  state(): AccountState
  /** Takes the sign-in that is kept here for good. */
  recall(): Promise<void>
  /** Looks whether it is. */
  look(): Promise<void>
  signIn(asked: Asked): Promise<AccountState>
  cancel(): void
  signOut(): Promise<boolean>
  /** A call was turned down: the sign-in may have ended. */
  doubt(error: unknown): void
}

const doneText: { done: LoopbackPage; refused: LoopbackPage } = {
  done: { title: 'You are signed in', text: 'Go back to CodeLab; you can close this page.' },
  refused: { title: 'Not signed in', text: 'Go back to CodeLab and try again.' },
}

const cancelled = () =>
  new EngineFailure('unauthorized', 'sign_in_cancelled', { message: 'The sign-in was stopped.' })

export function createSignInDesk(parts: {
  readonly account: () => Account
  readonly openInBrowser: (address: string) => Promise<boolean>
  readonly onChange: (state: AccountState) => void
  /** Closes what the sign-in was used for. */
  readonly leave: () => Promise<void>
}): SignInDesk {
  const { account, openInBrowser, onChange, leave } = parts
  let person: Person | undefined
  let problem: Problem | undefined
  let attempt: { readonly shown: SignInAttempt; readonly abort: AbortController } | undefined

  const state = (): AccountState => ({
    server: account().server,
    state: attempt ? 'signing_in' : person ? 'signed_in' : 'signed_out',
    ...(person && {
      person: {
        id: person.sub,
        roles: person.roles,
        ...(person.username && { name: person.username }),
      },
    }),
    ...(attempt && { attempt: attempt.shown }),
    ...(problem && { problem }),
  })
  const tell = () => onChange(state())

  const fail = (error: unknown) => {
    problem = problemOf(error)
    if (reasonOf(error) === 'signed_out') person = undefined
  }

  const recall = async (): Promise<void> => {
    person = await account().kept()
  }

  const look = async (): Promise<void> => {
    try {
      person = await account().whoami()
      problem = undefined
    } catch (error) {
      // Nobody signed in yet is no problem; a sign-in that has ended is told as one.
      const never = reasonOf(error) === 'signed_out' && !person
      fail(error)
      if (never) problem = undefined
    }
    tell()
  }

  const finish = async (way: SignIn, abort: AbortController): Promise<void> => {
    try {
      await account().signIn(way)
      person = await account().whoami()
      problem = undefined
    } catch (error) {
      const failure = abort.signal.aborted ? cancelled() : error
      problem = problemOf(failure)
      throw failure
    } finally {
      if (attempt?.abort === abort) attempt = undefined
      tell()
    }
  }

  /** Answers once there is something to show, or at the end when that comes first. */
  const begin = async (way: 'browser' | 'device', abort: AbortController): Promise<void> => {
    const shown = Promise.withResolvers<void>()
    const show = (address: SignInAttempt) => {
      if (attempt?.abort === abort) attempt = { shown: address, abort }
      tell()
      shown.resolve()
    }
    const signal = abort.signal
    const signIn =
      way === 'browser'
        ? signInWithBrowser({
            pages: doneText,
            signal,
            show: async (address) => show({ way, address, opened: await openInBrowser(address) }),
          })
        : signInWithDevice({
            signal,
            show: ({ code, address, completeAddress }) =>
              show({ way, code, address: completeAddress ?? address }),
          })
    const end = finish(signIn, abort)
    // Once something is shown, the end is told by events alone.
    end.catch(() => undefined)
    await Promise.race([shown.promise, end])
  }

  const cancel = () => {
    attempt?.abort.abort(cancelled())
    attempt = undefined
  }

  return {
    state,
    recall,
    look,
    signIn: async (asked) => {
      cancel()
      const abort = new AbortController()
      problem = undefined
      attempt = { shown: { way: asked.way }, abort }
      tell()
      if (asked.way === 'password') await finish(signInWithPassword(asked), abort)
      else await begin(asked.way, abort)
      return state()
    },
    cancel: () => {
      if (!attempt) return
      cancel()
      tell()
    },
    signOut: async () => {
      cancel()
      await leave()
      const told = await account().signOut()
      person = undefined
      problem = undefined
      tell()
      return told
    },
    doubt: (error) => {
      if (!person || !(error instanceof Failure) || reasonOf(error) !== 'signed_out') return
      fail(error)
      tell()
    },
  }
}
