import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { accountOf } from '../server.ts'
import { visibleLine } from '../terminal/visible.ts'

/** `codelab whoami`: exit code 3 when nobody is signed in. */
export async function whoami(
  context: Context,
  options: { server?: string; json?: boolean },
): Promise<ExitCode> {
  const { terminal, texts } = context
  const account = await accountOf(context, options.server)
  const { sub, username, roles, aud } = await account.whoami()
  if (options.json) {
    const person = { server: account.server, sub, username, roles, aud }
    terminal.out.write(`${JSON.stringify(person)}\n`)
    return exitCodes.ok
  }
  const withRoles = roles.length > 0 ? ` (${texts.whoami.roles}: ${roles.join(', ')})` : ''
  const line = texts.whoami.line(username ?? sub, account.server) + withRoles
  terminal.out.write(`${visibleLine(line)}\n`)
  return exitCodes.ok
}
