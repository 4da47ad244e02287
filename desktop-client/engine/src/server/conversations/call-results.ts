import { z } from 'zod'
import {
  type CallResultPart,
  maxResultPart,
  type readCallResult,
} from '@codelab/contracts/engine-ui/conversations'
import { isError } from '../../conversation/history.ts'
import { openJournal } from '../../conversation/journal.ts'
import { EngineFailure } from '../../engine-failure.ts'
import type { Links } from '../account/link.ts'

const pageOfMessages = 200
const mostPages = 25

type Said = Pick<CallResultPart, 'kind' | 'text'>
type Query = z.output<NonNullable<(typeof readCallResult)['query']>>

/** What tool calls answered. */
export type CallResults = {
  part(
    call: { readonly session: string; readonly call: string },
    query: Query,
  ): Promise<CallResultPart>
}

const missing = () =>
  new EngineFailure('not_found', 'result_missing', {
    message: 'There is no result of this call yet, or it is no longer kept.',
  })

/** A text of several lines, such as what a program printed, stands as it is below its name. */
const field = ([name, value]: [string, unknown]): string =>
  typeof value === 'string' && value.includes('\n')
    ? `${name}:\n${value}`
    : `${name}: ${JSON.stringify(value, undefined, 2)}`

const asData = (value: unknown): Said => {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const text = isObject
    ? Object.entries(value).map(field).join('\n')
    : JSON.stringify(value, undefined, 2)
  return { kind: 'data', text }
}

const StoredError = z.object({ error: z.union([z.string(), z.object({ message: z.string() })]) })

/** A failure in words, without its wrapping; what has another form stays as it is. */
function messageIn(content: string): string {
  try {
    const { error } = StoredError.parse(JSON.parse(content))
    return typeof error === 'string' ? error : error.message
  } catch {
    return content
  }
}

/** JSON in a stored message is laid out anew; any other text stays as the model saw it. */
function ofMessage(content: string): Said {
  if (isError(content)) return { kind: 'error', text: messageIn(content) }
  if (!/^\s*[[{]/.test(content)) return { kind: 'text', text: content }
  try {
    return asData(JSON.parse(content))
  } catch {
    return { kind: 'text', text: content }
  }
}

/** A character of two units stays whole. */
function partOf({ kind, text }: Said, offset: number): CallResultPart {
  let end = Math.min(text.length, offset + maxResultPart)
  if (end < text.length && /[\ud800-\udbff]/.test(text.charAt(end - 1))) end -= 1
  const more = end < text.length && { next_offset: end }
  return { kind, text: text.slice(offset, end), offset, total: text.length, ...more }
}

export function createCallResults(links: Links): CallResults {
  // Whoever asks for one part asks for the next.
  let latest: { readonly key: string; readonly said: Said } | undefined

  const fromJournal = async (session: string, call: string): Promise<Said | undefined> => {
    const { bindings } = links.current()
    const outcome = await openJournal(bindings.journalOf(session)).outcomeOf(call)
    if (!outcome) return undefined
    if ('error' in outcome) return { kind: 'error', text: outcome.error.message }
    const { result } = outcome
    return typeof result === 'string' ? { kind: 'text', text: result } : asData(result)
  }

  const fromWorkspace = async (session: string, call: string, from: string | undefined) => {
    const { rest } = links.current()
    let before = from
    for (let page = 0; page < mostPages; page += 1) {
      const { items, next_cursor: next } = await rest.messages(session, {
        limit: pageOfMessages,
        ...(before !== undefined && { before }),
      })
      const found = items.findLast((message) => message.role === 'tool' && message.call_id === call)
      if (found) return ofMessage(found.content)
      if (next === undefined) return undefined
      before = next
    }
    return undefined
  }

  return {
    part: async ({ session, call }, { offset, before }) => {
      const key = `${session} ${call}`
      const said =
        (latest?.key === key ? latest.said : undefined) ??
        (await fromJournal(session, call)) ??
        (await fromWorkspace(session, call, before))
      if (!said) throw missing()
      latest = { key, said }
      return partOf(said, offset)
    },
  }
}
