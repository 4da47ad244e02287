import type { Readable } from 'node:stream'
import type { CompletionRequest, Usage } from '@codelab/contracts/agent-llm'
import { countTokens } from '../context/tokens.ts'
import { readCompletion } from '../step/completion.ts'
import { cleanText } from '../turn/text.ts'
import { promptTokens, summaryPrompt } from './prompt.ts'
import type { Material } from './read-material.ts'
import { leftOutLine, notesLine, piecesOf, transcriptOf } from './transcript.ts'

export type Complete = (
  request: CompletionRequest,
  options: { userId: string; signal: AbortSignal },
) => Promise<Readable>

export type SummaryTask = {
  readonly material: Material
  /** The summary of what came before, which the new one takes in. */
  readonly notes?: string | undefined
  readonly model: string
  readonly userId: string
  /** Tokens that one request may take. */
  readonly maxTokens: number
  /** A longer summary is refused. */
  readonly summaryTokens: number
  readonly mostCalls: number
  /** Told after each completion, for those who show progress. */
  readonly onPiece?: ((done: number, of: number) => void) | undefined
}

/** What one completion cost, by the model that really answered. */
export type SummaryUsage = Usage & { model: string; provider: string }

export type Summarised =
  | { kind: 'summary'; content: string; tokens: number; model: string; usage: SummaryUsage[] }
  | { kind: 'empty' | 'too_long' | 'failed'; reason: string; usage: SummaryUsage[] }

/** The notes so far as a line of JSON, and the line that older messages are left out. */
const notesRoom = (summaryTokens: number) => Math.ceil(summaryTokens * 1.2) + 32

/** The smallest room for new lines in one request; below it nothing can be summarised. */
const leastPiece = 200

/**
 * Summarises stored messages, piece after piece: each completion gets the notes so far and the next piece, and writes the notes anew.
 * At most `mostCalls` completions; of more the oldest part is left out. It does not throw, also when it is aborted: what it spent is always told.
 */
export async function summarise(
  complete: Complete,
  task: SummaryTask,
  signal: AbortSignal,
): Promise<Summarised> {
  const usage: SummaryUsage[] = []
  const pieceTokens = task.maxTokens - promptTokens() - notesRoom(task.summaryTokens)
  if (pieceTokens < leastPiece) {
    return { kind: 'failed', reason: 'the context is too small for a summary', usage }
  }
  const lines = transcriptOf(task.material.rows, Math.floor(pieceTokens / 4))
  const { pieces, leftOut } = piecesOf(lines, { pieceTokens, most: task.mostCalls })
  let notes = task.notes
  let result: Summarised = { kind: 'empty', reason: 'there is nothing to summarise', usage }
  for (const [index, piece] of pieces.entries()) {
    const first = index === 0 && (leftOut || task.material.leftOut) ? [leftOutLine().text] : []
    const before = notes === undefined ? [] : [notesLine(notes).text]
    const answered = await askOnce(complete, task, [...before, ...first, ...piece], signal)
    if (answered.usage) usage.push(answered.usage)
    result = { ...answered.summary, usage }
    if (result.kind !== 'summary') return result
    notes = result.content
    task.onPiece?.(index + 1, pieces.length)
  }
  return result
}

/** No token is longer than this on average in any text worth keeping. */
const mostCharactersPerToken = 8

type Answered = {
  summary:
    | { kind: 'summary'; content: string; tokens: number; model: string }
    | { kind: 'empty' | 'too_long' | 'failed'; reason: string }
  usage?: SummaryUsage | undefined
}

async function askOnce(
  complete: Complete,
  { model, userId, summaryTokens }: SummaryTask,
  lines: readonly string[],
  signal: AbortSignal,
): Promise<Answered> {
  // A model that does not stop is stopped.
  const enough = new AbortController()
  let length = 0
  const onPiece = (piece: string) => {
    length += piece.length
    if (length > summaryTokens * mostCharactersPerToken) enough.abort()
  }
  let body: Readable | undefined
  try {
    body = await complete(
      { model, messages: summaryPrompt(lines, summaryTokens), user: userId },
      { userId, signal: AbortSignal.any([signal, enough.signal]) },
    )
    // No tool was offered, so a call of one is not even given an id.
    const completion = await readCompletion(body, { onPiece, newId: () => '' })
    if (completion.kind === 'broken') return failed(completion.message)
    const { usage, provider, model: served } = completion
    return {
      summary: judged(completion, summaryTokens),
      usage: usage && { ...usage, model: served, provider },
    }
  } catch (error) {
    body?.destroy()
    if (enough.signal.aborted) return { summary: tooLong }
    if (signal.aborted) return failed('it was stopped, or took too long')
    return failed(error instanceof Error ? error.message : 'the completion failed')
  }
}

const failed = (reason: string): Answered => ({ summary: { kind: 'failed', reason } })
const tooLong = { kind: 'too_long', reason: 'the summary is too long' } as const

function judged(
  { content, finish, model }: { content: string; finish: string; model: string },
  summaryTokens: number,
): Answered['summary'] {
  const text = cleanText(content).trim()
  if (text === '') return { kind: 'empty', reason: 'the model answered with nothing' }
  const tokens = countTokens(text)
  if (finish === 'length' || tokens > summaryTokens) return tooLong
  return { kind: 'summary', content: text, tokens, model }
}
