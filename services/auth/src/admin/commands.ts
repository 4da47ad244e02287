import { parseArgs } from 'node:util'
import type { User } from '../users/user.ts'
import type { Operations } from './operations.ts'

export const usage = `usage: npm run auth -- COMMAND
  user add NAME --password-stdin [--role ROLE]...   add a user; one line of standard input is the password
  user password NAME --password-stdin               set a password; ends the user's sign-ins
  user disable NAME                                 shut a user out; ends the user's sign-ins
  user enable NAME                                  let a user in again
  user list                                         all users, one a line
  key rotate                                        list a new signing key, which takes over after the JWKS cache time
The database is DATABASE_URL, else that of the platform started here (CODELAB_DATA, else .codelab).`

/** The command line is not one of those above. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A command ready to run: answers the lines to print. */
export type Command = (operations: Operations, readLine: () => Promise<string>) => Promise<string[]>

const describe = (user: User) =>
  [user.name, user.id, user.disabled ? 'disabled' : 'enabled', user.roles.join(',') || '-'].join(
    '\t',
  )

type Parsed = { name: string; roles: string[] }

const commands: Record<string, (parsed: Parsed) => Command> = {
  'user add':
    ({ name, roles }) =>
    async (operations, readLine) => {
      const user = await operations.addUser({ name, roles, password: await readLine() })
      return [`added ${user.name} (${user.id})`]
    },
  'user password':
    ({ name }) =>
    async (operations, readLine) => {
      const user = await operations.setPassword(name, await readLine())
      return [`changed the password of ${user.name}; all sign-ins of ${user.name} are ended`]
    },
  'user disable':
    ({ name }) =>
    async (operations) => {
      const user = await operations.disableUser(name)
      return [`disabled ${user.name}; all sign-ins of ${user.name} are ended`]
    },
  'user enable':
    ({ name }) =>
    async (operations) => [`enabled ${(await operations.enableUser(name)).name}`],
  'user list': () => async (operations) => (await operations.listUsers()).map(describe),
  'key rotate': () => async (operations) => [
    (await operations.rotateKey())
      ? 'a new signing key is listed and takes over after the JWKS cache time'
      : 'a new signing key is waiting to take over already',
  ],
}

const withName = new Set(['user add', 'user password', 'user disable', 'user enable'])
const withPassword = new Set(['user add', 'user password'])

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'password-stdin': { type: 'boolean', default: false },
        role: { type: 'string', multiple: true, default: [] },
      },
    })
  } catch (cause) {
    throw new UsageError('an option is not known', { cause })
  }
}

/** The command that the arguments name; throws `UsageError`. */
export function commandOf(args: readonly string[]): Command {
  const { positionals, values } = parse(args)
  const verb = positionals.slice(0, 2).join(' ')
  const rest = positionals.slice(2)
  const make = commands[verb]
  if (!make) throw new UsageError(verb === '' ? 'a command is needed' : `${verb} is not a command`)
  if (rest.length !== (withName.has(verb) ? 1 : 0)) {
    throw new UsageError(withName.has(verb) ? `${verb} needs one name` : `${verb} takes no name`)
  }
  if (withPassword.has(verb) !== values['password-stdin']) {
    throw new UsageError(
      withPassword.has(verb)
        ? `${verb} needs --password-stdin: passwords are not given on the command line`
        : `${verb} takes no password`,
    )
  }
  if (values.role.length > 0 && verb !== 'user add') throw new UsageError(`${verb} takes no role`)
  return make({
    name: rest[0] ?? '',
    roles: values.role,
  })
}
