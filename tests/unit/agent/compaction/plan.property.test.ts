import type { ChatMessage } from '@codelab/contracts/agent-llm'
import { planCompaction, type CompactionPlan } from '@codelab/agent/compaction/plan'
import { resultShare } from '@codelab/agent/context/result-text'
import { countMessage, countTokens, messageOverhead } from '@codelab/agent/context/tokens'
import { callsOf, type Summary, type WindowRow } from '@codelab/agent/context/units'
import { assembleWindow, roomOf } from '@codelab/agent/context/window'
import fc from 'fast-check'
import { answer, calling, row, textOf } from '../context/rows.ts'

const systemText = 'You help.'

type Piece = { kind: 'user' | 'assistant' | 'system' | 'calls'; words: number; calls: number }
const piece = (mostWords: number): fc.Arbitrary<Piece> =>
  fc.record({
    kind: fc.constantFrom<Piece['kind']>('user', 'assistant', 'system', 'calls', 'calls'),
    words: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: mostWords })),
    calls: fc.integer({ min: 1, max: 3 }),
  })

/** Messages as a session gets them; a notice may come between calls and their answers. */
function session(pieces: readonly Piece[]): WindowRow[] {
  const rows: WindowRow[] = []
  const next = () => rows.length + 1
  for (const { kind, words, calls } of pieces) {
    const content = `${kind} ${next()}: ${'word '.repeat(words)}`
    if (kind !== 'calls') rows.push(row(next(), { role: kind, content }))
    else {
      const ids = Array.from({ length: calls }, (_, index) => `c${next()}-${index}`)
      rows.push(calling(next(), ...ids))
      if (words % 3 === 0) rows.push(row(next(), { role: 'system', content: `note ${next()}` }))
      for (const id of ids)
        rows.push(answer(next(), id, `result of ${id}: ${'word '.repeat(words)}`))
    }
  }
  return rows
}

const input = (mostWords: number) =>
  fc.record({
    pieces: fc.array(piece(mostWords), { minLength: 5, maxLength: 60 }),
    maxTokens: fc.integer({ min: 1_200, max: 6_000 }),
    historyLimit: fc.integer({ min: 10, max: 50 }),
    at: fc.constantFrom<number>(0.3, 0.5, 0.8, 0.95),
    /** Whether each try gives a summary, one after the other. */
    useful: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
    summaryPart: fc.double({ min: 0.01, max: 1, noNaN: true }),
  })
type Input = typeof input extends (of: number) => fc.Arbitrary<infer Value> ? Value : never

/** Steps begin with a message of a person, or when the last answer has come; notices may come before they are read. */
const stepBegins = (rows: readonly WindowRow[], length: number) => {
  const last = rows.slice(0, length).findLast(({ role }) => role !== 'system')!
  return last.role === 'user' || (last.role === 'tool' && rows[length]?.role !== 'tool')
}

type Step = {
  turnMessageId: string
  all: WindowRow[]
  read: WindowRow[]
  summary: Summary | undefined
  triedTo: number
  plan: CompactionPlan | undefined
  again: CompactionPlan | undefined
  sent: ChatMessage[]
}

/** What the store gives for a step: the newest messages after the summary, whole calls, and the turn's message. */
function readRows(all: WindowRow[], summary: Summary | undefined, given: Input, turnId: string) {
  const after = all.filter(({ position }) => position > (summary?.upTo ?? 0))
  const newest = after.slice(-given.historyLimit)
  while (newest[0]?.role === 'tool') newest.unshift(after[after.indexOf(newest[0]) - 1]!)
  const turn = all.find(({ id }) => id === turnId)!
  return newest.includes(turn) ? newest : [turn, ...newest]
}

/** Plays a session step by step, as the runner does: at most one try before each step. */
function play(given: Input): Step[] {
  const rows = session([{ kind: 'user', words: 3, calls: 1 }, ...given.pieces])
  const { maxTokens, historyLimit, at } = given
  const settings = {
    room: roomOf({ systemText, tools: [], maxTokens }),
    share: resultShare(maxTokens),
    historyLimit,
    at,
  }
  let summary: Summary | undefined
  let triedTo = 0
  const steps: Step[] = []
  for (let length = 1; length <= rows.length; length += 1) {
    if (!stepBegins(rows, length)) continue
    const all = rows.slice(0, length)
    const turnMessageId = all.findLast(({ role }) => role === 'user')!.id
    const planned = () => {
      const read = readRows(all, summary, given, turnMessageId)
      return planCompaction({ ...settings, rows: read, summary, triedTo, turnMessageId })
    }
    const plan = planned()
    if (plan && given.useful[steps.length % given.useful.length]) {
      const tokens = Math.max(1, Math.floor(plan.summaryTokens * given.summaryPart))
      const content = 'note '.repeat(tokens).trim()
      summary = { upTo: plan.upTo, content, tokenCount: countTokens(content) }
    } else if (plan) triedTo = plan.considered
    const read = readRows(all, summary, given, turnMessageId)
    const sent = assembleWindow({
      systemText,
      tools: [],
      rows: read,
      maxTokens,
      turnMessageId,
      summary,
    })
    steps.push({ turnMessageId, all, read, summary, triedTo, plan, again: plan && planned(), sent })
  }
  return steps
}

const costOf = (message: ChatMessage): number =>
  countMessage({
    role: message.role,
    content: textOf(message),
    toolCalls:
      message.role === 'assistant'
        ? message.tool_calls?.map((call) => ({
            tool_name: call.function.name,
            arguments: JSON.parse(call.function.arguments) as Record<string, unknown>,
          }))
        : undefined,
  })

const check = (property: (steps: Step[], given: Input) => void, mostWords = 600) =>
  fc.assert(
    fc.property(input(mostWords), (given) => property(play(given), given)),
    { numRuns: 150 },
  )

test('each try goes further than the last one, and none follows at once', () => {
  let tries = 0
  check((steps) => {
    let tried = 0
    for (const { plan, again } of steps) {
      if (!plan) continue
      tries += 1
      expect(plan.upTo).toBeGreaterThan(Math.max(tried, plan.after))
      expect(again).toBeUndefined()
      tried = plan.upTo
    }
  })
  expect(tries).toBeGreaterThan(100)
})

test('calls and their answers are summarised together', () => {
  check((steps) => {
    for (const { plan, all } of steps) {
      if (!plan) continue
      for (const { position, callId } of all) {
        const asked =
          callId && all.find((each) => callsOf(each).some((of) => of.call_id === callId))
        if (asked) expect(asked.position <= plan.upTo).toBe(position <= plan.upTo)
      }
    }
  })
})

test('the newest calls of the running turn stay, and what follows its message before any call', () => {
  check((steps) => {
    for (const { plan, all, turnMessageId } of steps) {
      if (!plan) continue
      const turn = all.find(({ id }) => id === turnMessageId)!
      const newest = all.findLast((each) => callsOf(each).length > 0)
      const needed = newest && newest.position > turn.position ? newest : turn
      expect(plan.upTo).toBeLessThan(needed.position)
    }
  })
})

test('the turn’s message is always sent, and the newest calls whenever they would be without a summary', () => {
  check((steps, { maxTokens }) => {
    for (const { sent, read, all, turnMessageId, summary } of steps) {
      expect(sent).toContainEqual({
        role: 'user',
        content: all.find(({ id }) => id === turnMessageId)!.content,
      })
      const rows = read.filter(
        ({ id, position }) => id === turnMessageId || position > (summary?.upTo ?? 0),
      )
      const plain = assembleWindow({ systemText, tools: [], rows, maxTokens, turnMessageId })
      const calls = (messages: ChatMessage[]) =>
        messages.findLast((each) => each.role === 'assistant' && each.tool_calls !== undefined)
      const newest = calls(plain)
      if (newest?.role !== 'assistant') continue
      const ids = newest.tool_calls!.map(({ id }) => id)
      expect(sent.flatMap((each) => (each.role === 'tool' ? each.tool_call_id : []))).toEqual(
        expect.arrayContaining(ids),
      )
    }
  })
})

test('nothing is both summarised and sent but the turn’s message', () => {
  check((steps) => {
    for (const { sent, all, summary, turnMessageId } of steps) {
      const texts = new Set(sent.map(textOf))
      for (const { position, content, id } of all) {
        if (position > (summary?.upTo ?? 0) || id === turnMessageId || content === '') continue
        expect(texts).not.toContain(content)
      }
    }
  })
})

test('a request begins with a person, calls have their answers behind them, and it fits', () => {
  check((steps, { maxTokens }) => {
    for (const { sent, all, turnMessageId } of steps) {
      expect(sent.find(({ role }) => role !== 'system')?.role).toBe('user')
      let open: string[] = []
      for (const message of sent) {
        if (message.role === 'tool') expect(message.tool_call_id).toBe(open.shift())
        else {
          expect(open).toEqual([])
          open = message.role === 'assistant' ? (message.tool_calls ?? []).map(({ id }) => id) : []
        }
      }
      expect(open).toEqual([])
      const turn = all.find(({ id }) => id === turnMessageId)!
      const always = countTokens(systemText) + messageOverhead + turn.tokenCount
      const cost = sent.reduce((sum, message) => sum + costOf(message), 0)
      expect(cost).toBeLessThanOrEqual(Math.max(maxTokens, always))
    }
  })
})

test('where summaries are of use, no message is in neither the summary nor the request', () => {
  // Large enough for a summary to be worth it, small against the window.
  const ordinary = input(60).map((given): Input => ({
    ...given,
    pieces: given.pieces.map((each) => ({ ...each, words: 30 + (each.words % 30) })),
    maxTokens: given.maxTokens + 3_000,
    historyLimit: Math.max(given.historyLimit, 20),
    at: 0.8,
    useful: [true],
    summaryPart: 0.3,
  }))
  fc.assert(
    fc.property(ordinary, (given) => {
      for (const { sent, all, summary } of play(given)) {
        const texts = new Set(sent.map(textOf))
        for (const { position, content, role } of all) {
          if (position <= (summary?.upTo ?? 0) || role === 'system' || content === '') continue
          expect(texts).toContain(content)
        }
      }
    }),
    { numRuns: 150 },
  )
})
