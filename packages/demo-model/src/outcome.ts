import type { PastCall } from './chat.ts'

/** What came of a tool call, as far as its result tells. `ranWith`: the arguments, where a person changed them. */
export type Outcome = { readonly ranWith?: unknown } & (
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'rejected'; readonly feedback: string | undefined }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
)

const rejection =
  /^\W{0,5}(?:error:? )?(?:the )?(?:person|user|human|tool call)? ?(?:has |was )?(?:rejected|declined|refused)\b[^:\n]{0,100}(?::\s*)?/i
const failure = /^(?:tool )?error\b:? ?(?:\(?([a-z]+(?:_[a-z]+)+)\)?[:,]? ?)?/i
const edited = /^the (?:user|person) (?:changed|edited) the arguments[^\n{]{0,100}/i
/** Whether a result tells of a failure stands at its beginning; the rest may be a whole file. */
const beginning = 300

/** Reads a tool result as the conversation holds it: plain text or JSON, a failure or a person's refusal. */
export function outcomeOf({ result = '' }: PastCall): Outcome {
  const note = edited.exec(result.slice(0, beginning))
  const end = note ? result.indexOf('\n\n') : -1
  if (!note || end < 0) return plainOutcome(result)
  const ranWith = parsed(result.slice(note[0].length, end))
  return { ...plainOutcome(result.slice(end + 2)), ranWith }
}

function plainOutcome(result: string): Outcome {
  const value = parsed(result)
  const error = errorOf(value)
  if (error) return isRejection(error) ? rejectedWith(error) : failed(error)
  if (typeof value === 'string') {
    const refused = rejection.exec(value.slice(0, beginning))
    if (refused) return { kind: 'rejected', feedback: rest(value, refused) }
    const broken = failure.exec(value.slice(0, beginning))
    if (broken) {
      return { kind: 'failed', code: broken[1] ?? 'failed', message: rest(value, broken) ?? value }
    }
  }
  return { kind: 'done', text: textIn(value) }
}

type Failure = { code: string; message: string; feedback?: string }

const failed = ({ code, message }: Failure): Outcome => ({ kind: 'failed', code, message })

const isRejection = ({ code }: Failure): boolean => /^rejected/.test(code)

/** Without a colon the message is the host's own words, not the person's. */
function rejectedWith({ feedback, message }: Failure): Outcome {
  const refused = rejection.exec(message)
  const said = feedback ?? (refused?.[0].includes(':') ? rest(message, refused) : undefined)
  return { kind: 'rejected', feedback: said }
}

function errorOf(value: unknown): Failure | undefined {
  if (!isRecord(value)) return undefined
  const feedback = stringAt(value, 'feedback')
  if (typeof value['error'] === 'string') {
    return {
      code: stringAt(value, 'code') ?? 'failed',
      message: value['error'],
      ...(feedback !== undefined && { feedback }),
    }
  }
  const error = isRecord(value['error']) ? value['error'] : undefined
  const said = feedback ?? (error && stringAt(error, 'feedback'))
  const code = error ? (stringAt(error, 'code') ?? 'failed') : outcomeCode(value)
  if (code === undefined) return undefined
  const message = stringAt(error ?? value, 'message') ?? ''
  return { code, message, ...(said !== undefined && { feedback: said }) }
}

/** Some hosts tell a refusal by a word beside the result. */
function outcomeCode(value: Record<string, unknown>): string | undefined {
  const word =
    stringAt(value, 'outcome') ?? stringAt(value, 'status') ?? stringAt(value, 'decision')
  return word !== undefined && /^reject/.test(word) ? 'rejected_by_user' : undefined
}

/** The text a person would want to see of a result: its content where it has one. */
function textIn(value: unknown): string {
  if (typeof value === 'string') return value
  if (!isRecord(value)) return JSON.stringify(value, null, 2)
  for (const name of ['content', 'diff', 'text', 'output', 'stdout']) {
    const text = stringAt(value, name)
    if (text !== undefined) return text
  }
  return JSON.stringify(value, null, 2)
}

function parsed(text: string): unknown {
  if (!/^\s*[[{"]/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const rest = (text: string, found: RegExpExecArray): string | undefined => {
  const after = text.slice(found[0].length).trim()
  return after === '' ? undefined : after
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const stringAt = (value: Record<string, unknown>, name: string): string | undefined => {
  const found = value[name]
  return typeof found === 'string' ? found : undefined
}
