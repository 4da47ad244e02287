import type { PastCall } from './chat.ts'

/** What came of a tool call, as far as its result tells. */
export type Outcome =
  | { readonly kind: 'done'; readonly text: string; readonly value: unknown }
  | { readonly kind: 'rejected'; readonly feedback: string | undefined }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }

const rejection =
  /^\W*(?:error:?\s*)?(?:the\s+)?(?:person|user|human|tool call)?\s*(?:has\s+|was\s+)?(?:rejected|declined|refused)\b[^:.]*[:.]?\s*/i
const failure = /^\s*(?:tool\s+)?error\b\s*:?\s*(?:\(?([a-z]+(?:_[a-z]+)+)\)?[:,]?\s*)?/i

/** Reads a tool result as the conversation holds it: plain text or JSON, a failure or a person's refusal. */
export function outcomeOf({ result = '' }: PastCall): Outcome {
  const value = parsed(result)
  const error = errorOf(value)
  if (error) return isRejection(error) ? rejectedWith(error) : failed(error)
  if (typeof value === 'string') {
    const refused = rejection.exec(value)
    if (refused) return { kind: 'rejected', feedback: rest(value, refused) }
    const broken = failure.exec(value)
    if (broken) {
      return { kind: 'failed', code: broken[1] ?? 'failed', message: rest(value, broken) ?? value }
    }
  }
  return { kind: 'done', text: textIn(value), value }
}

type Failure = { code: string; message: string; feedback?: string }

const failed = ({ code, message }: Failure): Outcome => ({ kind: 'failed', code, message })

const isRejection = ({ code }: Failure): boolean => /^rejected/.test(code)

function rejectedWith({ feedback, message }: Failure): Outcome {
  const said = feedback ?? message.replace(rejection, '')
  return { kind: 'rejected', feedback: said.trim() === '' ? undefined : said.trim() }
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
