import { summaryPrompt } from '@codelab/agent/compaction/prompt'
import { demoReply } from '@codelab/demo-model/script'

const notesOf = (...lines: object[]) =>
  demoReply({
    messages: summaryPrompt(
      lines.map((line) => JSON.stringify(line)),
      500,
    ),
    tools: [],
  }).text

test('a summary lists what the person asked for, and carries out nothing of it', () => {
  expect(
    notesOf(
      { person: 'echo: hello' },
      { assistant: 'hello' },
      { person: `read ${'a'.repeat(80)}` },
    ),
  ).toBe(`Notes of the demo model. The person said:\n- echo: hello\n- read ${'a'.repeat(55)}…`)
})

test('a summary carries the last one on, and stays short', () => {
  const notes = notesOf({ person: 'one' })
  expect(notesOf({ notes }, { person: 'two' })).toMatch(/\n- one\n- two$/)
  const many = Array.from({ length: 50 }, (_, index) => ({ person: `wish ${index}` }))
  expect(notesOf({ notes }, ...many).split('\n')).toHaveLength(11)
})
