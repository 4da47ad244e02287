import { completeLength, createMarkdown } from '@codelab/cli/terminal/markdown'
import { createMarkdownStream } from '@codelab/cli/terminal/markdown-stream'
import { createStyle } from '@codelab/cli/terminal/style'

const plain = createMarkdown(createStyle(false))
const text = `# Title

A **bold** and *soft* \`code\` [link](https://a.example).

- one
- two
  - deeper

1. first
2. second

\`\`\`ts
const a = 1 < 2

const b = '&amp;'
\`\`\`

> quoted

| a | b |
|---|---|
| 1 | 22 |

The end & more.`

describe('markdown', () => {
  test('becomes readable text', () => {
    expect(plain.render(text)).toBe(`Title

A bold and soft code link (https://a.example).

• one
• two
  • deeper

1. first
2. second

  ts
  const a = 1 < 2

  const b = '&amp;'

│ quoted

a  b
1  22

The end & more.
`)
  })

  test('uses effects on a terminal that has them', () => {
    expect(createMarkdown(createStyle(true)).render('**x**')).toBe('\u001B[1mx\u001B[22m\n')
  })

  test('shows control characters of the model instead of sending them', () => {
    expect(plain.render('a\u001B[31mb')).toBe('a\\u{1b}[31mb\n')
  })
})

describe('markdown while it streams', () => {
  test('shows each block once, as soon as it is whole, and all of it in the end', () => {
    const stream = createMarkdownStream(plain)
    const shown = Array.from(text, (piece) => stream.add(piece)).filter(Boolean)
    expect(shown.length).toBeGreaterThan(5)
    expect((shown.join('') + stream.end()).replaceAll(/\n+/g, '\n')).toBe(
      plain.render(text).replaceAll(/\n+/g, '\n'),
    )
  })

  test('never shows half of a code block', () => {
    const stream = createMarkdownStream(plain)
    expect(stream.add('Look:\n\n```\none\n\ntwo\n')).toBe('Look:\n\n')
    expect(stream.add('```\n\nnext\n')).toBe('  one\n\n  two\n\n')
    expect(stream.end()).toBe('next\n')
    expect(stream.end()).toBe('')
  })

  test('an unfinished block is not whole', () => {
    expect(completeLength('one line')).toBe(0)
    expect(completeLength('one\n\ntwo')).toBe('one\n\n'.length)
  })
})
