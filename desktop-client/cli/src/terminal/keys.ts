import { createInterface } from 'node:readline'
import type { Terminal } from './terminal.ts'

const interruptKey = '\u0003'
const endKey = '\u0004'

/** One key press in raw mode. Ctrl-C and Ctrl-D come as themselves; an abort ends the wait with undefined. */
export async function readKey(
  { input }: Terminal,
  signal?: AbortSignal,
): Promise<string | undefined> {
  if (signal?.aborted) return undefined
  const raw = input.isRaw
  input.setRawMode(true)
  input.resume()
  const key = await new Promise<string | undefined>((resolve) => {
    const done = (value: string | undefined) => {
      input.off('data', onData)
      signal?.removeEventListener('abort', onAbort)
      resolve(value)
    }
    const onData = (data: Buffer | string) => done(data.toString())
    const onAbort = () => done(undefined)
    input.on('data', onData)
    signal?.addEventListener('abort', onAbort)
  })
  input.setRawMode(raw)
  input.pause()
  return key
}

export const isInterrupt = (key: string): boolean => key === interruptKey
export const isEnd = (key: string): boolean => key === endKey

export type Line =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'end' }
  /** The signal came first; this had been typed. */
  | { readonly kind: 'aborted'; readonly text: string }

type LineOptions = {
  /** Newest first; walked by the arrow keys. */
  readonly history?: readonly string[]
  readonly initial?: string
  readonly signal?: AbortSignal
}

/** One line with the usual editing keys. */
export async function readLine(
  { input, out }: Terminal,
  prompt: string,
  { history = [], initial = '', signal }: LineOptions = {},
): Promise<Line> {
  if (signal?.aborted) return { kind: 'aborted', text: initial }
  const lines = createInterface({
    input,
    output: out,
    terminal: true,
    history: [...history],
    historySize: 200,
  })
  const answered = Promise.withResolvers<Line>()
  const newLine = (line: Line) => {
    out.write('\n')
    answered.resolve(line)
  }
  const onClose = () => newLine({ kind: 'end' })
  lines.on('SIGINT', () => newLine({ kind: 'interrupt' }))
  lines.on('close', onClose)
  lines.on('line', (text) => answered.resolve({ kind: 'line', text }))
  const onAbort = () => newLine({ kind: 'aborted', text: lines.line })
  signal?.addEventListener('abort', onAbort)
  lines.setPrompt(prompt)
  lines.prompt()
  if (initial) lines.write(initial)
  const answer = await answered.promise
  signal?.removeEventListener('abort', onAbort)
  lines.off('close', onClose)
  lines.close()
  return answer
}

/** One line that is not shown while it is typed; undefined when the person gave up. */
export async function readSecret(terminal: Terminal, prompt: string): Promise<string | undefined> {
  terminal.err.write(prompt)
  let secret = ''
  for (;;) {
    const keys = (await readKey(terminal)) ?? interruptKey
    if (keys.includes(interruptKey) || keys.includes(endKey)) {
      terminal.err.write('\n')
      return undefined
    }
    const end = keys.search(/[\r\n]/)
    if (end >= 0) {
      terminal.err.write('\n')
      return secret + keys.slice(0, end)
    }
    secret = keys === '\u007F' || keys === '\b' ? secret.slice(0, -1) : secret + keys
  }
}
