import { type Account, createAccount } from '../../account/account.ts'
import type { Home } from '../../account/home.ts'
import { createTokenStore } from '../../account/token-store.ts'
import { type Bindings, createBindings } from '../../conversation/bindings.ts'
import { createRest, type Rest } from '../../gateway/rest.ts'

/** All that belongs to one server: the sign-in there, its REST routes, and which folders its sessions are bound to. */
export type Link = {
  readonly account: Account
  readonly rest: Rest
  readonly bindings: Bindings
}

export type Links = {
  current(): Link
  /** Uses another server from now on; what was open with the former one is closed first. */
  use(server: string): Promise<void>
  close(): Promise<void>
}

export function createLinks(parts: {
  readonly home: Home
  readonly server: string
  readonly language: string
  readonly now: () => number
  /** Closes what depends on the server in use. */
  readonly leave: () => Promise<void>
}): Links {
  const { home, language, now, leave } = parts
  const linkTo = (server: string): Link => {
    const store = createTokenStore(home)
    const account = createAccount({ server, store, folder: home.folder, now })
    return {
      account,
      rest: createRest(account, language),
      bindings: createBindings(home.folder, server),
    }
  }
  let link = linkTo(parts.server)
  return {
    current: () => link,
    use: async (server) => {
      if (server === link.account.server) return
      await leave()
      const former = link
      link = linkTo(server)
      await former.rest.close()
    },
    close: () => link.rest.close(),
  }
}
