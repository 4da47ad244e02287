import type { Readable } from 'node:stream'
import { Failure } from '@codelab/runtime/failure'
import { openBrowser } from '@codelab/engine/account/open-browser'
import {
  type SignIn,
  signInWithBrowser,
  signInWithDevice,
  signInWithPassword,
} from '@codelab/engine/account/sign-in'
import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { accountOf, rememberServer } from '../server.ts'
import { readSecret } from '../terminal/keys.ts'

export type LoginOptions = {
  readonly server?: string
  readonly browser?: boolean
  readonly device?: boolean
  readonly user?: string
  readonly passwordStdin?: boolean
}

const usage = (message: string) => new Failure('invalid_request', { message })
const longestPassword = 4096

async function firstLine(input: Readable): Promise<string> {
  let text = ''
  for await (const chunk of input) {
    text += String(chunk)
    if (text.includes('\n') || text.length > longestPassword) break
  }
  return text.split(/\r?\n/)[0] ?? ''
}

async function passwordFor(context: Context, user: string, stdin: boolean): Promise<string> {
  const { terminal, texts } = context
  if (!stdin && !terminal.interactive) throw usage(texts.login.passwordNeedsStdin)
  const password = stdin ? await firstLine(terminal.input) : await readSecret(terminal, `${user}: `)
  if (!password) throw usage(texts.login.passwordMissing)
  return password
}

function browserSignIn({ terminal, texts }: Context, signal: AbortSignal): SignIn {
  const { login } = texts
  return signInWithBrowser({
    signal,
    pages: {
      done: { title: login.doneTitle, text: login.doneText },
      refused: { title: login.refusedTitle, text: login.refusedText },
    },
    show: async (address) => {
      const opened = await openBrowser(address)
      terminal.err.write(`${opened ? login.opening(address) : login.openThis(address)}\n`)
      terminal.err.write(`${login.waiting}\n`)
    },
  })
}

const deviceSignIn = ({ terminal, texts }: Context, signal: AbortSignal): SignIn =>
  signInWithDevice({
    signal,
    show: ({ address, completeAddress, code }) => {
      terminal.err.write(`${texts.login.device(completeAddress ?? address, code)}\n`)
      terminal.err.write(`${texts.login.waiting}\n`)
    },
  })

async function wayOf(
  context: Context,
  options: LoginOptions,
  signal: AbortSignal,
): Promise<SignIn> {
  const { user: username, device, browser } = options
  if ([username, device, browser].filter(Boolean).length > 1) {
    throw usage(context.texts.login.oneWay)
  }
  if (username) {
    const password = await passwordFor(context, username, options.passwordStdin === true)
    return signInWithPassword({ username, password })
  }
  return device ? deviceSignIn(context, signal) : browserSignIn(context, signal)
}

/** `codelab login`: remembers the server for the commands that follow. */
export async function login(context: Context, options: LoginOptions): Promise<ExitCode> {
  const { texts, terminal, interrupts } = context
  const account = await accountOf(context, options.server)
  const abort = new AbortController()
  const release = interrupts.take(() => abort.abort())
  try {
    await account.signIn(await wayOf(context, options, abort.signal))
  } catch (error) {
    if (abort.signal.aborted) return exitCodes.cancelled
    throw error
  } finally {
    release()
  }
  await rememberServer(context, account.server)
  const person = await account.whoami()
  const name = options.user ?? person.username ?? person.sub
  terminal.err.write(`${texts.login.done(name, account.server)}\n`)
  return exitCodes.ok
}
