import { drawingOf } from '../../../desktop-client/ui/src/screens/conversation/items/markdown-limits.ts'

test.each([
  ['quotes in quotes', `${'> '.repeat(40)}deep`],
  ['quotes without spaces', '>'.repeat(40)],
  ['lists in lists', `text\n${'- '.repeat(40)}deep`],
  ['numbers in numbers', '1. '.repeat(40)],
  ['a run of stars', '*'.repeat(200)],
  ['definitions', '[a]: b\n'.repeat(200)],
  ['a very long paragraph', 'word '.repeat(3_000)],
])('%s stand as they were written', (_, text) => expect(drawingOf(text)).toBe('plain'))

test.each([
  ['a rule', '-'.repeat(80)],
  ['a title', `Title\n${'='.repeat(80)}`],
  ['three levels', '> - 1. deep'],
  ['a table', '| a | b |\n|---|---|\n| 1 | 2 |'],
  ['code with stars', `\`\`\`\n${'*'.repeat(200)}\n\`\`\``],
])('%s is Markdown', (_, text) => expect(drawingOf(text)).toBe('marked'))

test('long code keeps its frame and loses its colours', () => {
  expect(drawingOf(`\`\`\`js\n${'a = 1\n'.repeat(5_000)}\`\`\``)).toBe('uncoloured')
})
