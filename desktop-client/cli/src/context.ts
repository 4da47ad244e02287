import { createLog, type Log } from '@codelab/runtime/log'
import { type Home, homeOf } from '@codelab/engine/account/home'
import { editorOf } from './terminal/editor.ts'
import { createStyle, type Style } from './terminal/style.ts'
import { type Streams, type Terminal, terminalOf } from './terminal/terminal.ts'
import type { Texts } from './texts/en.ts'
import { type Language, languageOf, textsIn } from './texts/texts.ts'

/** What every command works with; made once, from the process's surroundings. */
export type Context = {
  readonly terminal: Terminal
  readonly style: Style
  readonly texts: Texts
  readonly language: Language
  readonly home: Home
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Log
  readonly editor: string
  /** CODELAB_SERVER, if set. */
  readonly server: string | undefined
  readonly debug: boolean
  readonly interrupts: Interrupts
}

/** Who is told when the person presses Ctrl-C: the latest who asked. */
export type Interrupts = {
  /** Until the returned function is called. */
  take(handler: () => void): () => void
  press(): void
}

export function createInterrupts(otherwise: () => void): Interrupts {
  const handlers: (() => void)[] = []
  return {
    take: (handler) => {
      handlers.push(handler)
      return () => void handlers.splice(handlers.lastIndexOf(handler), 1)
    },
    press: () => (handlers.at(-1) ?? otherwise)(),
  }
}

/** Reads the surroundings; `leave` ends the process when nobody handles a Ctrl-C. */
export function createContext(
  env: Readonly<Record<string, string | undefined>>,
  streams: Streams,
  leave: () => void,
): Context {
  const terminal = terminalOf(streams, env)
  const language = languageOf(env)
  const debug = Boolean(env.CODELAB_DEBUG)
  return {
    terminal,
    style: createStyle(terminal.colour),
    texts: textsIn(language),
    language,
    home: homeOf(env),
    env,
    log: createLog({ service: 'codelab', level: debug ? 'debug' : 'silent' }),
    editor: editorOf(env),
    server: env.CODELAB_SERVER || undefined,
    debug,
    interrupts: createInterrupts(leave),
  }
}
