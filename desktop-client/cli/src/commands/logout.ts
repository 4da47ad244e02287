import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { accountOf } from '../server.ts'

/** `codelab logout`: the sign-in ends at the server and on this machine. */
export async function logout(context: Context, options: { server?: string }): Promise<ExitCode> {
  const account = await accountOf(context, options.server)
  const told = await account.signOut()
  const { done, notTold } = context.texts.logout
  context.terminal.err.write(`${(told ? done : notTold)(account.server)}\n`)
  return exitCodes.ok
}
