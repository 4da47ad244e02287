import { cutForModel } from './cut.ts'
import { countTokens, messageOverhead } from './tokens.ts'

export type Answer = {
  readonly result?: unknown
  readonly error?: string | { readonly code: string; readonly message: string } | undefined
  /** The arguments that were used, where a person changed them before approving. */
  readonly edited?: Readonly<Record<string, unknown>> | undefined
}

/** The part of the window that one tool result may fill, in tokens. */
export const resultShare = (maxTokens: number): number => Math.floor(maxTokens / 4)

/**
 * A tool's answer as the model reads it: a string as it is, other JSON compact, an error as `{"error":{"code","message"}}`, before it
 * the arguments that a person changed. Cut to a quarter of the window (`maxTokens`), with a word on how to read on.
 */
export function resultForModel({ result, error, edited }: Answer, maxTokens: number): string {
  const share = Math.max(0, resultShare(maxTokens) - messageOverhead)
  const body = error === undefined ? resultText(result) : errorText(error)
  if (edited === undefined) return cutForModel(body, share)
  const told = `The user changed the arguments before approving. It was run with: ${cutForModel(JSON.stringify(edited), Math.floor(share / 3))}\n\n`
  return told + cutForModel(body, Math.max(0, share - countTokens(told)))
}

function resultText(result: unknown): string {
  if (typeof result === 'string') return result
  return JSON.stringify(result) ?? 'The tool gave no result.'
}

function errorText(error: string | { readonly code: string; readonly message: string }): string {
  const { code, message } = typeof error === 'string' ? { code: 'failed', message: error } : error
  return JSON.stringify({ error: { code, message } })
}
