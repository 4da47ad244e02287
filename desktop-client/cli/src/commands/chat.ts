import { Failure } from '@codelab/runtime/failure'
import type { Account } from '@codelab/engine/account/account'
import { createRest } from '@codelab/engine/gateway/rest'
import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { accountOf } from '../server.ts'
import { askAt } from '../talk/ask-approval.ts'
import { createIdleWait } from '../talk/idle-wait.ts'
import type { SessionOptions } from '../talk/session.ts'
import { showHistory } from '../talk/show-history.ts'
import { openTalk, type Talk } from '../talk/talk.ts'
import { readLine } from '../terminal/keys.ts'
import { createScreen, type Screen } from '../terminal/screen.ts'
import { visibleLine } from '../terminal/visible.ts'

export type ChatOptions = SessionOptions & { readonly server?: string; readonly model?: string }

/** Why one session's conversation was left. */
type Left = 'quit' | 'new' | 'expired' | 'cancelled'

/** What the person has typed, and what they chose, across the sessions of one chat. */
type Memory = { readonly history: string[]; model: string | undefined }

/** `codelab chat`: talk until the person leaves. */
export async function chat(context: Context, options: ChatOptions): Promise<ExitCode> {
  const { terminal, style, texts } = context
  if (!terminal.interactive) {
    throw new Failure('invalid_request', { message: texts.chat.needsTerminal })
  }
  const account = await accountOf(context, options.server)
  const screen = createScreen(terminal, style)
  const memory: Memory = { history: [], model: options.model }
  let session = options.session
  for (;;) {
    const left = await converse(context, account, screen, { ...options, session, memory })
    if (left === 'quit') return exitCodes.ok
    if (left === 'cancelled') return exitCodes.cancelled
    if (left === 'expired') screen.remark(style.yellow(texts.chat.expired))
    session = undefined
  }
}

type Converse = Omit<ChatOptions, 'session'> & {
  readonly session: string | undefined
  readonly memory: Memory
}

async function converse(
  context: Context,
  account: Account,
  screen: Screen,
  options: Converse,
): Promise<Left> {
  const { texts, style, interrupts } = context
  const idle = createIdleWait()
  const left = Promise.withResolvers<Left>()
  left.promise.catch(() => undefined)

  const talk = await openTalk(context, account, {
    ...options,
    screen,
    retryForMs: Number.POSITIVE_INFINITY,
    decide: (session) => askAt(context, screen, session, () => interrupts.press()),
    onEnd: (end) => (end === 'expired' ? left.resolve('expired') : left.reject(end)),
    onChange: (state) => idle.note(state),
    beforeFrame: ({ type }) => {
      if (type === 'job') idle.nudge()
    },
  })
  const release = interrupts.take(
    createCancelKey(context, talk, screen, () => left.resolve('cancelled')),
  )
  try {
    greet(context, talk, { screen, server: account.server })
    const done = talkLoop(context, talk, { screen, idle, account, memory: options.memory })
    const reason = await Promise.race([left.promise, done])
    if (reason === 'quit') screen.remark(style.dim(texts.chat.bye(talk.session.id)))
    return reason
  } finally {
    release()
    await talk.close()
  }
}

function greet(
  { texts, style }: Context,
  { session }: Talk,
  { screen, server }: { screen: Screen; server: string },
): void {
  const { welcome, sessionIs, hint, viewer } = texts.chat
  showHistory(screen, style, texts, session.history)
  screen.remark(style.dim(welcome(server, session.folder)))
  screen.remark(style.dim(sessionIs(session.id)))
  screen.remark(style.dim(hint))
  if (!session.executes) screen.remark(style.yellow(viewer))
}

/** The first Ctrl-C stops the turn, the second leaves at once. */
function createCancelKey(
  { texts, style }: Context,
  talk: Talk,
  screen: Screen,
  leave: () => void,
): () => void {
  let cancelling = false
  return () => {
    if (cancelling) return leave()
    cancelling = true
    screen.remark(style.dim(texts.turn.cancelling))
    void talk.cancel(new Promise(() => undefined)).finally(() => {
      cancelling = false
    })
    return undefined
  }
}

type Surroundings = {
  readonly screen: Screen
  readonly idle: ReturnType<typeof createIdleWait>
  readonly account: Account
  readonly memory: Memory
}

async function talkLoop(context: Context, talk: Talk, around: Surroundings): Promise<Left> {
  const { terminal, texts, style } = context
  const { screen, idle, memory } = around
  let initial = ''
  let interrupted = false
  for (;;) {
    await idle.rest()
    const line = await readLine(terminal, style.bold('› '), {
      history: memory.history,
      initial,
      signal: idle.stir(),
    })
    initial = line.kind === 'aborted' ? line.text : ''
    if (line.kind === 'end' || (line.kind === 'interrupt' && interrupted)) return 'quit'
    interrupted = line.kind === 'interrupt'
    if (interrupted) screen.remark(style.dim(texts.chat.again))
    if (line.kind !== 'line' || line.text.trim() === '') continue
    memory.history.unshift(line.text)
    const left = line.text.startsWith('/')
      ? await command(context, line.text, around)
      : await say(talk, line.text, memory.model, around)
    if (left) return left
  }
}

/** Sends a message and stays with its turn to the end. */
async function say(
  talk: Talk,
  text: string,
  model: string | undefined,
  { screen, idle }: Surroundings,
): Promise<undefined> {
  try {
    await talk.ask(text, model)
    await idle.rest()
  } catch (error) {
    // The server did not take this message (too long, unknown model): the talk goes on.
    if (!(error instanceof Failure) || error.code === 'unavailable') throw error
    screen.remark(visibleLine(error.message))
  }
  return undefined
}

async function command(
  { texts, style, language }: Context,
  text: string,
  { screen, account, memory }: Surroundings,
): Promise<Left | undefined> {
  const [name = '', ...words] = text.trim().split(/\s+/)
  switch (name) {
    case '/quit':
    case '/exit':
      return 'quit'
    case '/new':
      return 'new'
    case '/model':
      memory.model = words[0]
      screen.remark(style.dim(texts.chat.modelIs(visibleLine(words[0] ?? '–'))))
      return undefined
    case '/models': {
      const rest = createRest(account, language)
      const { models } = await rest.models()
      await rest.close()
      screen.remark(models.map(({ id }) => `  ${visibleLine(id)}`).join('\n'))
      return undefined
    }
    case '/help':
      screen.remark(style.dim(texts.chat.help))
      return undefined
    default:
      screen.remark(style.yellow(texts.chat.unknownCommand(visibleLine(name))))
      return undefined
  }
}
