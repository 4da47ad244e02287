import {
  cancelSignIn,
  chooseServer,
  readAccount,
  readOffer,
  signIn,
  signOut,
} from '@codelab/contracts/engine-ui/account'
import { handle, type RouteHandler } from '@codelab/runtime/handle'
import { offerOf } from '../../account/offer.ts'
import { serverAddress } from '../../account/server-address.ts'
import type { SignInDesk } from '../account/sign-in-desk.ts'

export const accountRoutes = ({
  desk,
  server,
  useServer,
}: {
  readonly desk: SignInDesk
  readonly server: () => string
  readonly useServer: (server: string) => Promise<void>
}): RouteHandler[] => [
  handle(readAccount, async () => desk.state()),
  handle(readOffer, async () => ({ server: server(), ways: await offerOf(server()) })),
  handle(chooseServer, async ({ body }) => {
    const chosen = serverAddress(body.server)
    // Only a server that answers is taken.
    const ways = await offerOf(chosen)
    await useServer(chosen)
    return { server: chosen, ways }
  }),
  handle(signIn, ({ body }) => desk.signIn(body)),
  handle(cancelSignIn, async () => {
    desk.cancel()
    return desk.state()
  }),
  handle(signOut, async () => {
    const told = await desk.signOut()
    return { account: desk.state(), told_server: told }
  }),
]
