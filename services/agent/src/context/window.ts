import type { ChatMessage, ToolDefinition } from '@codelab/contracts/agent-llm'
import { schemaTokens } from '../tools/offered.ts'
import { cutForModel } from './cut.ts'
import { resultShare } from './result-text.ts'
import { shortenedCalls } from './shorten.ts'
import { countTokens, messageOverhead } from './tokens.ts'
import { summaryMessage, summaryTokens } from './summary-note.ts'
import { callsOf, unitsOf, type Summary, type Unit, type WindowRow } from './units.ts'

export type WindowInput = {
  readonly systemText: string
  readonly tools: readonly ToolDefinition[]
  /** Messages of the session in any order, as `windowQuery` reads them. */
  readonly rows: readonly WindowRow[]
  readonly maxTokens: number
  /** The user message that the running turn answers. */
  readonly turnMessageId: string
  /** Stands for the messages up to its position; none of them is sent, but the turn's. */
  readonly summary?: Summary | undefined
}

/** A unit as it is sent: its messages and what they cost. */
type Sent = { readonly unit: Unit; readonly messages: ChatMessage[]; readonly tokens: number }

/** Stands for an answer that was never stored: vendors refuse a call without one. */
const missingAnswer = JSON.stringify({
  error: { code: 'unknown_outcome', message: 'No result of this call is known.' },
})

/**
 * The messages of one completion. The system text and the turn's user message are always in, whatever their size; the rest of the
 * budget, tool schemas taken off, goes to the summary and the newest messages after it without a gap, calls and their answers together.
 * Tool results and calls are cut to a quarter of the window, those of the newest step to what is left. Uses the stored counts: only what
 * it cuts is tokenised.
 */
export function assembleWindow(input: WindowInput): ChatMessage[] {
  const { systemText, tools, maxTokens, turnMessageId, summary } = input
  const units = unitsOf(
    input.rows.filter(
      ({ id, position }) => id === turnMessageId || position > (summary?.upTo ?? 0),
    ),
  )
  const turn = units.find(({ row }) => row.id === turnMessageId)
  const always = systemTokens(systemText) + schemaTokens(tools) + (turn?.row.tokenCount ?? 0)

  const share = resultShare(maxTokens)
  const others = units.filter((unit) => unit !== turn)
  const { kept, note } = fill(others, { budget: maxTokens - always, share, summary })
  const sent = turn ? [...kept, sentWithin(turn, share)] : kept
  const ordered = sent.sort((a, b) => a.unit.row.position - b.unit.row.position)
  const system = { role: 'system', content: systemText } as const
  if (!note) return [system, ...fromFirstUser(ordered)]
  return [system, summaryMessage(note), ...ordered.flatMap(({ messages }) => messages)]
}

type Room = { budget: number; share: number; summary: Summary | undefined }

/** What the budget holds beside the summary. The summary gives way when it would cost the newest calls their place: a model that never sees its answers asks again. */
function fill(units: readonly Unit[], { budget, share, summary }: Room) {
  const tokens = summary ? summaryTokens(summary) : 0
  if (summary && tokens <= budget) {
    const kept = newestWithin(units, budget - tokens, share)
    if (holdsCalls(kept)) return { kept, note: summary }
    const alone = newestWithin(units, budget, share)
    return holdsCalls(alone) ? { kept: alone } : { kept, note: summary }
  }
  return { kept: newestWithin(units, budget, share) }
}

const holdsCalls = (sent: readonly Sent[]) => sent.some(({ unit }) => unit.answers.length > 0)

/** Tokens that messages may fill: the window without the system text and the tools. */
export const roomOf = ({
  systemText,
  tools,
  maxTokens,
}: Pick<WindowInput, 'systemText' | 'tools' | 'maxTokens'>): number =>
  maxTokens - systemTokens(systemText) - schemaTokens(tools)

/** Newest first until one does not fit; nothing older follows, so the model sees no conversation with holes. */
function newestWithin(units: readonly Unit[], budget: number, share: number): Sent[] {
  const kept: Sent[] = []
  let left = budget
  for (const unit of units.toReversed()) {
    const whole = sentWithin(unit, share)
    const newestCalls = !kept.some((newer) => newer.unit.answers.length > 0)
    const sent = whole.tokens > left && newestCalls ? squeezed(unit, whole, left) : whole
    if (sent.tokens > left) break
    kept.push(sent)
    left -= sent.tokens
  }
  return kept
}

/** The newest calls with their answers cut to what is left, so that a model sees at least the beginnings of what it asked for. */
function squeezed(unit: Unit, whole: Sent, left: number): Sent {
  if (unit.answers.length === 0) return whole
  const calls = shortenedCalls(unit.row, Math.floor(left / 2))
  const room = Math.floor((left - calls.tokenCount) / unit.answers.length)
  return room > messageOverhead ? sentWithin({ ...unit, row: calls }, room) : whole
}

/** A unit as messages, each of its answers, and its calls together, cut to the share. */
function sentWithin(unit: Unit, share: number): Sent {
  const row = unit.answers.length > 0 ? shortenedCalls(unit.row, share) : unit.row
  const answers = unit.answers.map(({ callId, row }) => answerWithin(callId, row, share))
  return {
    unit,
    messages: [messageOf(row), ...answers.map(({ message }) => message)],
    tokens: answers.reduce((sum, { tokens }) => sum + tokens, row.tokenCount),
  }
}

function answerWithin(callId: string, row: WindowRow | undefined, share: number) {
  const answer = (content: string, tokens: number) => ({
    message: { role: 'tool', tool_call_id: callId, content } satisfies ChatMessage,
    tokens,
  })
  if (!row) return answer(missingAnswer, missingTokens())
  if (row.tokenCount <= share) return answer(row.content, row.tokenCount)
  const content = cutForModel(row.content, Math.max(0, share - messageOverhead))
  return answer(content, countTokens(content) + messageOverhead)
}

function messageOf(row: WindowRow): ChatMessage {
  if (row.role === 'user' || row.role === 'system') return { role: row.role, content: row.content }
  const calls = callsOf(row).map((call) => ({
    id: call.call_id,
    type: 'function' as const,
    function: { name: call.tool_name, arguments: JSON.stringify(call.arguments) },
  }))
  return {
    role: 'assistant',
    content: row.content === '' ? null : row.content,
    ...(calls.length > 0 && { tool_calls: calls }),
  }
}

/** A conversation begins with a person: Anthropic refuses one that does not. Notices before it stay. */
function fromFirstUser(sent: readonly Sent[]): ChatMessage[] {
  const first = sent.findIndex(({ unit }) => unit.row.role === 'user')
  return sent
    .filter(({ unit }, index) => index >= first || unit.row.role === 'system')
    .flatMap(({ messages }) => messages)
}

const systemCounts = new Map<string, number>()

/** The system text is the same in every request, so it is counted once. */
function systemTokens(text: string): number {
  const known = systemCounts.get(text)
  if (known !== undefined) return known
  if (systemCounts.size >= 100) systemCounts.clear()
  const tokens = countTokens(text) + messageOverhead
  systemCounts.set(text, tokens)
  return tokens
}

const missingTokens = (): number => systemTokens(missingAnswer)
