import { unitsOf, type Summary, type Unit, type WindowRow } from '../context/units.ts'

export type PlanInput = {
  /** What the window was read with, the summary's own messages left out. */
  readonly rows: readonly WindowRow[]
  readonly summary: Summary | undefined
  /** Up to here a summary was tried in vain. */
  readonly triedTo: number
  readonly turnMessageId: string
  /** Tokens that messages may fill. */
  readonly room: number
  /** What one message or answer costs at most when it is sent. */
  readonly share: number
  readonly historyLimit: number
  /** The part of the window, in tokens or messages, from which on older messages are summarised. */
  readonly at: number
}

/** Messages after `after`, up to and with `upTo`, become one summary, which takes in the one before. */
export type CompactionPlan = {
  readonly after: number
  readonly upTo: number
  /** As far as there was something to summarise: after a try in vain, only what comes later is a reason for another. */
  readonly considered: number
  readonly previous: Summary | undefined
  /** A longer summary would not help. */
  readonly summaryTokens: number
}

/** The part of the room that a summary may fill. */
const summaryShare = 1 / 4
/** Fewer tokens than this are not worth a call of a model. */
const leastTokens = 200

/** A unit by its size and place. */
type Part = {
  tokens: number
  messages: number
  first: number
  last: number
  row: WindowRow
  calls: boolean
}

/**
 * Which messages to summarise before the next step, if any. As soon as the messages fill `at` of the window, all but the newest half of
 * that are due, or somewhat less, so that what stays begins with a person: the running turn stays whole as long as that frees enough, its
 * message and its newest calls always. Calls go with their answers. What would free less than a quarter is left; after a try in
 * vain, less than half, counted behind what was tried.
 */
export function planCompaction(input: PlanInput): CompactionPlan | undefined {
  const { rows, summary, room, share, historyLimit, at } = input
  const summaryTokens = Math.floor(room * summaryShare)
  if (summaryTokens < leastTokens) return undefined
  const after = summary?.upTo ?? 0
  const parts = unitsOf(rows.filter(({ position }) => position > after)).map((unit) =>
    partOf(unit, share),
  )
  const full = { tokens: room * at, messages: historyLimit * at }
  const all = sizeOf(parts)
  if (all.tokens + (summary?.tokenCount ?? 0) < full.tokens && all.messages < full.messages)
    return undefined

  const turnAt = parts.findIndex(({ row }) => row.id === input.turnMessageId)
  const isWorth = (cut: number) => {
    const freed = sizeOf(
      parts.slice(0, cut).filter((part) => part.last > input.triedTo && part !== parts[turnAt]),
    )
    if (freed.tokens < leastTokens) return false
    const least = input.triedTo > after ? 1 / 2 : 1 / 4
    return freed.tokens >= full.tokens * least || freed.messages >= full.messages * least
  }
  const leavesRoom = (cut: number) => {
    const left = sizeOf(parts.slice(cut))
    return left.tokens + summaryTokens < full.tokens && left.messages < full.messages
  }
  const newest = closedCut(
    parts,
    cutBefore(parts, { tokens: full.tokens / 2, messages: full.messages / 2 }, turnAt),
  )
  const person = parts.findLastIndex(({ row }, at) => at <= newest && row.role === 'user')
  const atPerson = closedCut(parts, Math.max(person, 0))
  const cut = (leavesRoom(atPerson) ? [atPerson, newest] : [newest]).find(isWorth)
  if (cut === undefined) return undefined
  return {
    after,
    upTo: endOf(parts.slice(0, cut)),
    considered: endOf(parts.slice(0, newest)),
    previous: summary,
    summaryTokens,
  }
}

function partOf({ row, answers }: Unit, share: number): Part {
  const stored = [row, ...answers.flatMap(({ row }) => row ?? [])]
  const positions = stored.map(({ position }) => position)
  return {
    tokens: stored.reduce((sum, { tokenCount }) => sum + Math.min(tokenCount, share), 0),
    messages: stored.length,
    first: Math.min(...positions),
    last: Math.max(...positions),
    row,
    calls: answers.length > 0,
  }
}

const endOf = (parts: readonly Part[]) => Math.max(...parts.map(({ last }) => last))

const sizeOf = (parts: readonly Part[]) => ({
  tokens: parts.reduce((sum, { tokens }) => sum + tokens, 0),
  messages: parts.reduce((sum, { messages }) => sum + messages, 0),
})

/** Where the newest parts begin that stay: those within the bounds, and at least what the running turn needs. */
function cutBefore(
  parts: readonly Part[],
  bounds: { tokens: number; messages: number },
  turnAt: number,
): number {
  const newestCalls = parts.findLastIndex(({ calls }) => calls)
  // A turn whose message is older than the parts began before the summary.
  const needed = newestCalls > turnAt ? newestCalls : turnAt >= 0 ? turnAt : parts.length - 1
  let cut = parts.length
  const left = { ...bounds }
  while (cut > 0) {
    const part = parts[cut - 1]!
    left.tokens -= part.tokens
    left.messages -= part.messages
    if (cut <= needed && (left.tokens < 0 || left.messages < 0)) break
    cut -= 1
  }
  return cut
}

/** The nearest place at or before the cut where no answer of an older call stands behind it. */
function closedCut(parts: readonly Part[], cut: number): number {
  for (let at = cut; at > 0; at -= 1) {
    const last = Math.max(...parts.slice(0, at).map((part) => part.last))
    if (parts.slice(at).every(({ first }) => first > last)) return at
  }
  return 0
}
