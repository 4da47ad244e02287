import { createRequire } from 'node:module'
import type * as O200k from 'gpt-tokenizer/encoding/o200k_base'

type Tokenizer = typeof O200k

/** Every text is plain text to us, also one that spells a control token of the vendor. */
const asText = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() }

/** Merging within one run of letters takes quadratic time, so a longer run is counted in slices of this many characters. */
const longestRun = 128
const longRun = new RegExp(`\\S{${longestRun + 1},}|\\s{${longestRun + 1},}`, 'g')
const mergesKept = 10_000

let loaded: Tokenizer | undefined

/** Loaded at the first count, not at start. Through `require`, so that counting stays synchronous; a bundle must leave the package beside itself. */
function tokenizer(): Tokenizer {
  if (loaded) return loaded
  loaded = createRequire(import.meta.url)('gpt-tokenizer/encoding/o200k_base') as Tokenizer
  loaded.setMergeCacheSize(mergesKept)
  return loaded
}

/** Tokens of a text in OpenAI's o200k_base. Exact but for runs of over 128 characters without a break, where it may be a few per cent too high; linear in time. */
export function countTokens(text: string): number {
  let count = 0
  let from = 0
  for (const run of text.matchAll(longRun)) {
    count += countPlain(text.slice(from, run.index)) + countRun(run[0])
    from = run.index + run[0].length
  }
  return count + countPlain(from === 0 ? text : text.slice(from))
}

const countPlain = (text: string): number =>
  text === '' ? 0 : tokenizer().countTokens(text, asText)

function countRun(run: string): number {
  let count = 0
  for (let at = 0; at < run.length;) {
    const end = wholeCharacters(run, at + longestRun)
    count += countPlain(run.slice(at, end))
    at = end
  }
  return count
}

/** An index at or just after the given one that does not part a surrogate pair. */
export function wholeCharacters(text: string, index: number): number {
  const code = text.charCodeAt(index)
  return code >= 0xdc00 && code <= 0xdfff ? index + 1 : index
}

/** Tokens that the chat form adds to each message: its role and separators. */
export const messageOverhead = 4
const toolCallOverhead = 8

export type CountedMessage = {
  readonly role: string
  readonly content: string
  readonly toolCalls?:
    | readonly {
        readonly tool_name: string
        readonly arguments: Readonly<Record<string, unknown>>
      }[]
    | undefined
    | null
}

/** Tokens of a message with its tool calls as it is sent to a model; stored with the message when it is written. */
export function countMessage({ content, toolCalls }: CountedMessage): number {
  const calls = (toolCalls ?? []).map(
    (call) =>
      toolCallOverhead + countTokens(call.tool_name) + countTokens(JSON.stringify(call.arguments)),
  )
  return calls.reduce((sum, each) => sum + each, messageOverhead + countTokens(content))
}
