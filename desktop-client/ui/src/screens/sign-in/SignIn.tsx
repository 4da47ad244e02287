import { useMutation, useQuery } from '@tanstack/react-query'
import {
  cancelSignIn,
  chooseServer,
  readOffer,
  signIn,
  type AccountState,
} from '@codelab/contracts/engine-ui/account'
import { useState } from 'react'
import type { z } from 'zod'
import { call } from '../../engine/call.ts'
import type { EngineFailure } from '../../engine/failure.ts'
import { Button } from '../../parts/Button.tsx'
import { ProblemText } from '../../parts/ProblemText.tsx'
import { useTexts } from '../../texts/texts.ts'
import { Attempt } from './Attempt.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import { ServerForm } from './ServerForm.tsx'
import styles from './SignIn.module.css'

type Way = z.input<NonNullable<typeof signIn.body>>

/** Which server, and how to sign in there; what the engine says of it, and a sign-in that waits for the person elsewhere. */
export function SignIn({ account }: { readonly account: AccountState }) {
  const texts = useTexts().signIn
  const [changing, setChanging] = useState(false)
  const offer = useQuery({
    queryKey: ['offer', account.server],
    queryFn: ({ signal }) => call(readOffer, { signal }),
    // What went wrong is said at once; the person asks again.
    retry: false,
  })
  const choose = useMutation<unknown, EngineFailure, string>({
    mutationFn: (server) => call(chooseServer, { body: { server } }),
    onSuccess: () => setChanging(false),
  })
  const begin = useMutation<AccountState, EngineFailure, Way>({
    mutationFn: (body) => call(signIn, { body }),
  })
  const stop = useMutation<unknown, EngineFailure>({ mutationFn: () => call(cancelSignIn) })
  const ways = offer.data?.ways ?? []
  // With a password nothing happens elsewhere: the form stays, with what was typed.
  const elsewhere = account.attempt?.way === 'password' ? undefined : account.attempt
  const problem =
    choose.error ?? begin.error ?? (offer.error as EngineFailure | null) ?? account.problem

  return (
    <main className={styles['page']}>
      <section className={styles['card']} aria-labelledby="sign-in-title">
        <h1 id="sign-in-title">{texts.title}</h1>
        {changing ? (
          <ServerForm
            server={account.server}
            busy={choose.isPending}
            onChoose={choose.mutate}
            onCancel={() => {
              choose.reset()
              setChanging(false)
            }}
          />
        ) : (
          <p className={styles['server']}>
            <span>{texts.at(account.server)}</span>
            <Button look="plain" onClick={() => setChanging(true)}>
              {texts.otherServer}
            </Button>
          </p>
        )}
        {problem && <ProblemText problem={problem} />}
        {offer.isFetching && <p role="status">{texts.asking}</p>}
        {elsewhere ? (
          <Attempt attempt={elsewhere} onCancel={() => stop.mutate()} />
        ) : (
          <div className={styles['ways']}>
            {ways.includes('browser') && (
              <Button look="main" onClick={() => begin.mutate({ way: 'browser' })}>
                {texts.browser}
              </Button>
            )}
            {ways.includes('device') && (
              <Button onClick={() => begin.mutate({ way: 'device' })}>{texts.device}</Button>
            )}
            {ways.includes('password') && (
              <PasswordForm
                busy={begin.isPending}
                onSubmit={(username, password) =>
                  begin.mutate({ way: 'password', username, password })
                }
              />
            )}
            {offer.isError && (
              <Button onClick={() => void offer.refetch()}>{texts.askAgain}</Button>
            )}
          </div>
        )}
      </section>
    </main>
  )
}
