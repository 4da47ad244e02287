import { audienceOf } from '@codelab/contracts/auth'
import { createSigner, serveKeys } from '../../support/signing.ts'

export const issuer = 'http://127.0.0.1'
export const workspace = 'bench/bench'
const tokenForS = 7_200

/** Whose sockets are opened, and where the keys are served that their tokens are checked with. */
export async function createPeople() {
  const signer = await createSigner({ issuer, audience: audienceOf(workspace) })
  const auth = await serveKeys(signer.jwks)
  let people = 0
  return {
    authUrl: auth.url,
    /** New tokens, of so many new people. */
    tokens: (count: number): Promise<string[]> =>
      Promise.all(
        Array.from({ length: count }, () => {
          people += 1
          const exp = Math.floor(Date.now() / 1_000) + tokenForS
          return signer.token({ sub: `person-${people}`, exp })
        }),
      ),
    close: auth.close,
  }
}
