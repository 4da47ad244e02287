import { desktopClientId } from '@codelab/contracts/auth'
import type { Order } from '../loading.ts'
import { type AuthSide, namesOf, password } from './side.ts'

type Wanted = Omit<Order, 'seconds'>

const form = 'application/x-www-form-urlencoded'
const tokenPath = '/oauth/token'

const formOf = (fields: Readonly<Record<string, string>>) =>
  new URLSearchParams({ client_id: desktopClientId, ...fields }).toString()

/** Sign-ins, each caller again and again under its own name. */
export const signIns = ({ address }: AuthSide, callers: number): Wanted => ({
  ...{ address, path: tokenPath, contentType: form, callers, expect: '"refresh_token"' },
  bodies: namesOf(callers).map((username) =>
    formOf({ grant_type: 'password', username, password }),
  ),
})

/** Refreshes, each caller with the token that its last one gave. */
export const refreshes = ({ address }: AuthSide, bodies: readonly string[]): Wanted => ({
  ...{ address, path: tokenPath, contentType: form, bodies, callers: bodies.length },
  ...{ follow: 'refresh_token', expect: '"refresh_token"' },
})

export const keys = ({ address }: AuthSide, callers: number): Wanted => ({
  ...{ address, path: '/.well-known/jwks.json', method: 'GET', callers, expect: '"keys"' },
})

/** Signs every caller in once. Answers the bodies of their first refreshes. */
export const firstRefreshes = (side: AuthSide, callers: number): Promise<string[]> =>
  Promise.all(
    signIns(side, callers).bodies!.map(async (body) => {
      const answer = await fetch(`http://${side.address}${tokenPath}`, {
        method: 'POST',
        headers: { 'content-type': form },
        body,
      })
      if (!answer.ok)
        throw new Error(`a sign-in was answered ${answer.status}: ${await answer.text()}`)
      const { refresh_token } = (await answer.json()) as { refresh_token: string }
      return formOf({ grant_type: 'refresh_token', refresh_token })
    }),
  )
