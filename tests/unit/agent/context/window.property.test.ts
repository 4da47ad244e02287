import type { ChatMessage } from '@codelab/contracts/agent-llm'
import { countMessage, countTokens, messageOverhead } from '@codelab/agent/context/tokens'
import type { WindowRow } from '@codelab/agent/context/units'
import { assembleWindow } from '@codelab/agent/context/window'
import { offeredTools, schemaTokens } from '@codelab/agent/tools/offered'
import fc from 'fast-check'
import { answer, calling, row, textOf } from './rows.ts'

const systemText = 'You help.'
const tools = offeredTools([])

type Step = {
  kind: 'user' | 'assistant' | 'system' | 'calls'
  words: number
  calls: number
  lost: number
}
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('user' as const, 'assistant' as const, 'system' as const, 'calls' as const),
  words: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 900 })),
  calls: fc.integer({ min: 1, max: 4 }),
  lost: fc.integer({ min: 0, max: 9 }),
})

/** A session as the store could hold it: answers interleaved with later messages, some lost, some messages replaced. */
function session(steps: Step[]): WindowRow[] {
  const rows: WindowRow[] = []
  for (const { kind, words, calls, lost } of steps) {
    const at = rows.length * 2 + 1
    const content = `${kind} ${at} ${'word '.repeat(words)}`
    if (kind !== 'calls') {
      rows.push(row(at, { role: kind, content, replaced: lost === 9 }))
      continue
    }
    const ids = Array.from({ length: calls }, (_, index) => `c${at}-${index}`)
    const writing = { path: 'a', content }
    const written = calling(at, ...ids).toolCalls!.map((call) => ({ ...call, arguments: writing }))
    rows.push(row(at, { role: 'assistant', content: '', toolCalls: written }))
    ids.forEach((id, index) => {
      if (index !== lost) rows.push(answer(at + 2 + 2 * index, id, content))
    })
  }
  return rows
    .toSorted((a, b) => a.position - b.position)
    .map((each, index) => ({ ...each, position: index + 1, id: `m${index + 1}` }))
}

const input = fc
  .record({
    steps: fc.array(step, { minLength: 1, maxLength: 30 }),
    maxTokens: fc.integer({ min: 1_500, max: 8_000 }),
    pick: fc.nat(),
  })
  .map(({ steps, maxTokens, pick }) => {
    const rows = session([...steps, { kind: 'user', words: 5, calls: 1, lost: 0 }])
    const people = rows.filter((each) => each.role === 'user' && !each.replaced)
    return { rows, maxTokens, turnMessageId: people[pick % people.length]!.id }
  })

type Input = typeof input extends fc.Arbitrary<infer Value> ? Value : never
const assemble = (given: Input) => assembleWindow({ systemText, tools, ...given })

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

const check = (property: (given: Input, sent: ChatMessage[]) => void) =>
  fc.assert(
    fc.property(input, (given) => property(given, assemble(given))),
    { numRuns: 300 },
  )

test('the budget is exceeded by nothing but what is always in', () => {
  check((given, sent) => {
    const turn = given.rows.find(({ id }) => id === given.turnMessageId)!
    const always = countTokens(systemText) + messageOverhead + schemaTokens(tools) + turn.tokenCount
    const cost = sent.reduce((sum, message) => sum + costOf(message), schemaTokens(tools))
    expect(cost).toBeLessThanOrEqual(Math.max(given.maxTokens, always))
  })
})

test('system text and the turn’s message are always in', () => {
  check((given, sent) => {
    const turn = given.rows.find(({ id }) => id === given.turnMessageId)!
    expect(sent[0]).toEqual({ role: 'system', content: systemText })
    expect(sent).toContainEqual({ role: 'user', content: turn.content })
  })
})

test('every call is followed at once by exactly its answers, and no answer stands alone', () => {
  check((_, sent) => {
    let open: string[] = []
    for (const message of sent) {
      if (message.role === 'tool') expect(message.tool_call_id).toBe(open.shift())
      else {
        expect(open).toEqual([])
        open = message.role === 'assistant' ? (message.tool_calls ?? []).map(({ id }) => id) : []
      }
    }
    expect(open).toEqual([])
  })
})

test('after notices a person speaks first', () => {
  check((_, sent) => {
    expect(sent.find(({ role }) => role !== 'system')?.role).toBe('user')
  })
})

test('what is kept is the newest, in order, without gaps but the turn’s message', () => {
  check((given, sent) => {
    const people = given.rows.filter((each) => each.role === 'user' && !each.replaced)
    const ordered = people.toSorted((a, b) => a.position - b.position).map(({ content }) => content)
    const kept = sent.filter(({ role }) => role === 'user').map(textOf)
    const turn = given.rows.find(({ id }) => id === given.turnMessageId)!.content
    const rest = kept.filter((content) => content !== turn)
    expect(kept).toEqual(ordered.filter((content) => kept.includes(content)))
    expect(rest).toEqual(
      rest.length === 0 ? [] : ordered.filter((each) => each !== turn).slice(-rest.length),
    )
  })
})

test('the same rows in any order give the same window', () => {
  fc.assert(
    fc.property(input, fc.nat(), (given, turn) => {
      const at = turn % given.rows.length
      const rows = [...given.rows.slice(at), ...given.rows.slice(0, at)].toReversed()
      fc.pre(new Set(rows.map(({ position }) => position)).size === rows.length)
      expect(assemble({ ...given, rows })).toEqual(assemble(given))
    }),
    { numRuns: 200 },
  )
})
