import { Failure } from '@codelab/runtime/failure'
import type { Audit, User } from '../users/user.ts'
import { hashPassword } from '../users/password-hash.ts'
import { checkedPassword } from '../users/password-rules.ts'
import { checkedName } from '../users/user-name.ts'
import type { Users } from '../store/users.ts'
import type { KeyStore } from '../keys/key-ring.ts'

export type Operations = ReturnType<typeof createOperations>

type Parts = {
  users: Users
  /** Forgets a user's cached record in all instances. */
  dropCached: (id: string) => Promise<void>
  keys: KeyStore
  leadSeconds: number
  audit: Audit
  now: () => Date
}

const rolePattern = /^[a-z0-9](?:[a-z0-9._:-]{0,62}[a-z0-9])?$/

function checkedRoles(roles: readonly string[]): string[] {
  const bad = roles.find((role) => !rolePattern.test(role))
  if (bad === undefined) return [...new Set(roles)]
  throw new Failure('invalid_request', {
    message: `The role ${bad} is not made of small letters, digits and . _ : -`,
    field: 'role',
  })
}

/** What an administrator does. Failures say what is wrong: `invalid_request`, `not_found`, `conflict`. */
export function createOperations({ users, dropCached, keys, leadSeconds, audit, now }: Parts) {
  const changed = async (user: User) => {
    await dropCached(user.id)
    return user
  }

  return {
    /** Adds a user; the password obeys `password-rules.ts`. */
    async addUser(input: {
      name: string
      password: string
      roles?: readonly string[]
    }): Promise<User> {
      const name = checkedName(input.name)
      const password = checkedPassword(input.password, name)
      const roles = checkedRoles(input.roles ?? [])
      return users.add({ name, roles, passwordHash: await hashPassword(password) })
    },
    /** Shuts a user out and ends all that they are signed in with; access tokens run out by themselves. */
    disableUser: async (name: string): Promise<User> => changed(await users.disable(name, now())),
    enableUser: async (name: string): Promise<User> => changed(await users.enable(name)),
    /** Sets a password and ends all that the user is signed in with. */
    async setPassword(name: string, input: string): Promise<User> {
      const password = checkedPassword(input, name)
      return changed(await users.setPassword(name, await hashPassword(password), now()))
    },
    listUsers: (): Promise<User[]> => users.list(),
    /** Lists a new signing key, which takes over after the JWKS cache time. False when one is waiting already. */
    async rotateKey(): Promise<boolean> {
      const added = await keys.add({ leadSeconds, olderThanSeconds: 0 })
      if (added) await audit.record({ kind: 'key_rotated', outcome: 'ok' })
      return added
    },
  }
}
