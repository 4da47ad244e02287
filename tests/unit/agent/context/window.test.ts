import type { ChatMessage } from '@codelab/contracts/agent-llm'
import { countTokens } from '@codelab/agent/context/tokens'
import type { WindowRow } from '@codelab/agent/context/units'
import { assembleWindow } from '@codelab/agent/context/window'
import { offeredTools } from '@codelab/agent/tools/offered'
import { answer, calling, row, textOf } from './rows.ts'

const assemble = (
  rows: WindowRow[],
  turnMessageId: string,
  maxTokens = 8_000,
  tools = offeredTools([]),
) => assembleWindow({ systemText: 'You help.', tools, rows, maxTokens, turnMessageId })

const brief = (messages: ChatMessage[]) =>
  messages.map((message) =>
    message.role === 'tool'
      ? `tool:${message.tool_call_id}`
      : message.role === 'assistant' && message.tool_calls
        ? `calls:${message.tool_calls.map(({ id }) => id).join(',')}`
        : `${message.role}:${textOf(message)}`,
  )

test('a short conversation goes in whole, the system text first', () => {
  const rows = [row(1), row(2, { role: 'assistant' }), row(3)]
  expect(assemble(rows, 'm3')).toEqual([
    { role: 'system', content: 'You help.' },
    { role: 'user', content: 'text 1' },
    { role: 'assistant', content: 'text 2' },
    { role: 'user', content: 'text 3' },
  ])
})

test('tool calls and answers have the chat form', () => {
  const rows = [row(1), { ...calling(2, 'c1'), content: 'Let me look.' }, answer(3, 'c1', 'text')]
  expect(assemble(rows, 'm1').slice(2)).toEqual([
    {
      role: 'assistant',
      content: 'Let me look.',
      tool_calls: [
        { id: 'c1', type: 'function', function: { name: 'read_file', arguments: '{"path":"a"}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'c1', content: 'text' },
  ])
})

test('answers stand right behind their calls, in their order, whatever was stored between', () => {
  const rows = [
    row(1),
    calling(2, 'a', 'b'),
    row(3, { role: 'system', content: 'File x was modified by user' }),
    answer(4, 'b'),
    calling(5, 'own'),
    answer(6, 'own'),
    answer(7, 'a'),
  ]
  expect(brief(assemble(rows, 'm1')).slice(2)).toEqual([
    'calls:a,b',
    'tool:a',
    'tool:b',
    'system:File x was modified by user',
    'calls:own',
    'tool:own',
  ])
})

test('a call without a stored answer gets one that says so', () => {
  const sent = assemble([row(1), calling(2, 'a', 'b'), answer(3, 'b')], 'm1')
  expect(sent[3]).toMatchObject({
    role: 'tool',
    tool_call_id: 'a',
    content: expect.stringContaining('unknown_outcome'),
  })
  expect(sent[4]).toMatchObject({ role: 'tool', tool_call_id: 'b' })
})

test('answers without their call, second answers, empty and replaced messages are left out', () => {
  const rows = [
    row(1, { replaced: true }),
    answer(2, 'lost'),
    row(3),
    calling(4, 'a'),
    answer(5, 'a', 'first'),
    answer(6, 'a', 'second'),
    row(7, { role: 'assistant', content: '' }),
  ]
  const sent = assemble(rows, 'm3')
  expect(brief(sent).slice(1)).toEqual(['user:text 3', 'calls:a', 'tool:a'])
  expect(sent.at(-1)).toMatchObject({ content: 'first' })
})

test('of equal notices the newest stays', () => {
  const notice = { role: 'system' as const, content: 'File a was modified by user' }
  const rows = [row(1), row(2, notice), row(3), row(4, notice)]
  expect(brief(assemble(rows, 'm3')).slice(1)).toEqual([
    'user:text 1',
    'user:text 3',
    `system:${notice.content}`,
  ])
})

test('the newest messages are kept, without a gap', () => {
  const rows = [1, 2, 3, 4, 5].map((position) =>
    row(position, {
      role: position % 2 ? 'user' : 'assistant',
      tokenCount: position === 2 ? 400 : 100,
    }),
  )
  expect(brief(assemble(rows, 'm5', 500, [])).slice(1)).toEqual([
    'user:text 3',
    'assistant:text 4',
    'user:text 5',
  ])
})

test('the conversation begins with a person', () => {
  const rows = [
    row(1, { tokenCount: 500 }),
    row(2, { role: 'assistant' }),
    calling(3, 'a'),
    answer(4, 'a'),
    row(5),
  ]
  expect(brief(assemble(rows, 'm5', 300, [])).slice(1)).toEqual(['user:text 5'])
})

test('the turn’s message is in whatever its size, in its place', () => {
  const rows = [row(1), row(2, { tokenCount: 50_000 }), calling(3, 'a'), answer(4, 'a')]
  expect(brief(assemble(rows, 'm2'))).toEqual(['system:You help.', 'user:text 2'])
})

test('the turn’s message stays when its own steps have filled the window', () => {
  const steps = Array.from({ length: 20 }, (_, index) => [
    calling(2 + 2 * index, `c${index}`),
    answer(3 + 2 * index, `c${index}`, 'word '.repeat(200)),
  ]).flat()
  const sent = brief(assemble([row(1), ...steps], 'm1', 2_000, []))
  expect(sent[1]).toBe('user:text 1')
  expect(sent.at(-1)).toBe('tool:c19')
  expect(sent.length).toBeLessThan(steps.length)
})

test('a result longer than a quarter of the window is cut, with a word on how to read on', () => {
  const long = answer(3, 'a', 'a line of it\n'.repeat(2_000))
  const sent = assemble([row(1), calling(2, 'a'), long], 'm1')
  const content = textOf(sent.at(-1)!)
  expect(content).toContain('read_file with start_line')
  expect(countTokens(content)).toBeLessThanOrEqual(2_000)
  expect(countTokens(content)).toBeGreaterThan(1_800)
})

test('many results of the newest calls are cut to fit together, also behind newer notices', () => {
  const ids = Array.from({ length: 8 }, (_, index) => `c${index}`)
  const results = ids.map((id, index) => answer(3 + index, id, 'word '.repeat(1_500)))
  const notice = row(20, { role: 'system', content: 'File x was modified by user' })
  const sent = assemble([row(1), calling(2, ...ids), ...results, notice], 'm1', 8_000, [])
  expect(brief(sent).slice(2)).toEqual([
    `calls:${ids.join(',')}`,
    ...ids.map((id) => `tool:${id}`),
    `system:${notice.content}`,
  ])
  const tokens = sent.reduce((sum, message) => sum + countTokens(textOf(message)), 0)
  expect(tokens).toBeGreaterThan(6_000)
  expect(tokens).toBeLessThanOrEqual(8_000)
})

test('a model that wrote a file larger than the window sees that it did', () => {
  const content = 'const a = "b"\n'.repeat(5_000)
  const toolCalls = [
    { call_id: 'w', tool_name: 'write_file', arguments: { path: 'a.ts', content } },
  ]
  const write = row(2, { role: 'assistant', content: '', toolCalls })
  const [, , calls, result] = assemble([row(1), write, answer(3, 'w', 'written')], 'm1')
  expect(result).toEqual({ role: 'tool', tool_call_id: 'w', content: 'written' })
  const sent = calls?.role === 'assistant' ? calls.tool_calls?.[0]?.function.arguments : undefined
  const told = JSON.parse(sent ?? '') as { path: string; content: string }
  expect(told.path).toBe('a.ts')
  expect(told.content).toMatch(/^const a = "b"\n.*it was sent whole, 70000 characters\]$/s)
  expect(countTokens(sent ?? '')).toBeLessThan(2_000)
})

test('tool schemas take their part of the budget', () => {
  const rows = Array.from({ length: 40 }, (_, index) => row(index + 1, { tokenCount: 50 }))
  const without = assemble(rows, 'm40', 2_000, [])
  expect(assemble(rows, 'm40', 2_000).length).toBeLessThan(without.length)
})

test('without the turn’s message the rest is assembled', () => {
  expect(brief(assemble([row(1), row(2, { role: 'assistant' })], 'gone'))).toHaveLength(3)
})

const summary = (upTo: number, words: number) => {
  const content = 'note '.repeat(words).trim()
  return { upTo, content, tokenCount: countTokens(content) }
}

test('a summary stands before the messages that follow it, and before the turn’s own when that is older', () => {
  const rows = [row(1), row(2), calling(3, 'a'), answer(4, 'a'), calling(5, 'b'), answer(6, 'b')]
  const input = { systemText: 'You help.', tools: [], rows, maxTokens: 2_000, turnMessageId: 'm2' }
  const sent = assembleWindow({ ...input, summary: summary(4, 3) })
  expect(sent[1]).toEqual({
    role: 'user',
    content: expect.stringMatching(
      /^\[A note of CodeLab, not of the person\.[^]*\n\nnote note note$/,
    ),
  })
  expect(brief([sent[0]!, ...sent.slice(2)])).toEqual([
    'system:You help.',
    'user:text 2',
    'calls:b',
    'tool:b',
  ])
})

test('what follows a summary need not begin with a person', () => {
  const rows = [row(2, { role: 'assistant' }), row(3)]
  const input = { systemText: 'You help.', tools: [], rows, maxTokens: 2_000, turnMessageId: 'm3' }
  expect(brief(assembleWindow({ ...input, summary: summary(1, 3) })).slice(2)).toEqual([
    'assistant:text 2',
    'user:text 3',
  ])
})

test('a summary gives way to the newest calls, and to a message that fills the window', () => {
  const rows = [row(5, { tokenCount: 1_500 }), calling(6, 'a'), answer(7, 'a', 'word '.repeat(300))]
  const input = { systemText: 'You help.', tools: [], maxTokens: 2_000, turnMessageId: 'm5' }
  const sent = (tokens: number, of = rows) =>
    brief(assembleWindow({ ...input, rows: of, summary: summary(4, tokens) })).slice(1)
  expect(sent(50)).toEqual([expect.stringContaining('A note'), 'user:text 5', 'calls:a', 'tool:a'])
  expect(sent(380)).toEqual(['user:text 5', 'calls:a', 'tool:a'])
  expect(sent(380, rows.slice(0, 1))).toEqual([expect.stringContaining('A note'), 'user:text 5'])
  expect(sent(50, [row(5, { tokenCount: 2_000 })])).toEqual(['user:text 5'])
})
