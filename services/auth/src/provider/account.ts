import type { Account } from 'oidc-provider'
import type { User } from '../users/user.ts'

/** A user as oidc-provider sees one. */
export const accountOf = (user: User): Account => ({
  accountId: user.id,
  roles: user.roles,
  name: user.name,
  claims: () => ({ sub: user.id, preferred_username: user.name, roles: [...user.roles] }),
})

/** The roles of an account made by `accountOf`. */
export const rolesOf = (account: Account | undefined): string[] =>
  Array.isArray(account?.['roles']) ? account['roles'].map(String) : []
