import { type Token, type Tokens, marked } from 'marked'
import type { Style } from './style.ts'
import { harmless } from './visible.ts'

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}
const plain = (text: string) => text.replace(/&(?:amp|lt|gt|quot|#39);/g, (name) => entities[name]!)

const indent = (text: string, by: string) =>
  text
    .split('\n')
    .map((line) => (line ? by + line : line))
    .join('\n')

/** Renders Markdown for a terminal, block by block. */
export type Markdown = {
  /** The blocks of a text, each ending in a line break. */
  render(text: string): string
}

export function createMarkdown(style: Style): Markdown {
  const inline = (tokens: readonly Token[] | undefined): string =>
    (tokens ?? []).map(inlineOne).join('')

  const inlineOne = (token: Token): string => {
    switch (token.type) {
      case 'strong':
        return style.bold(inline(token.tokens))
      case 'em':
        return style.italic(inline(token.tokens))
      case 'del':
        return style.strike(inline(token.tokens))
      case 'codespan':
        return style.cyan(plain((token as Tokens.Codespan).text))
      case 'br':
        return '\n'
      case 'link':
        return link(token as Tokens.Link)
      case 'image':
        return `${(token as Tokens.Image).text} (${(token as Tokens.Image).href})`
      case 'text':
      case 'escape':
        return 'tokens' in token && token.tokens ? inline(token.tokens) : plain(token.text)
      default:
        return plain(token.raw)
    }
  }

  const link = ({ tokens, text, href }: Tokens.Link): string =>
    text === href || `mailto:${text}` === href
      ? style.underline(text)
      : `${style.underline(inline(tokens))} (${href})`

  const code = ({ text, lang }: Tokens.Code): string =>
    `${lang ? `${style.dim(`  ${lang}`)}\n` : ''}${indent(style.cyan(text), '  ')}\n`

  const list = ({ items, ordered, start }: Tokens.List): string =>
    items
      .map((item, index) => {
        const mark = ordered ? `${Number(start || 1) + index}.` : '•'
        const task = item.task ? (item.checked ? '[x] ' : '[ ] ') : ''
        const body = blocks(item.tokens.filter((token) => token.type !== 'checkbox')).trimEnd()
        const pad = ' '.repeat(mark.length + 1)
        return `${style.dim(mark)} ${task}${indent(body, pad).slice(body ? pad.length : 0)}\n`
      })
      .join('')

  const table = ({ header, rows }: Tokens.Table): string => {
    const lines = [header, ...rows].map((cells) => cells.map((cell) => cell.text))
    const widths = header.map((_, column) =>
      Math.max(...lines.map((cells) => (cells[column] ?? '').length)),
    )
    const [head = '', ...body] = lines.map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    return `${[style.bold(head), ...body].join('\n')}\n`
  }

  const block = (token: Token): string => {
    switch (token.type) {
      case 'space':
        return '\n'
      case 'heading':
        return `${style.bold(style.magenta(inline(token.tokens)))}\n`
      case 'paragraph':
      case 'text':
        return `${token.tokens ? inline(token.tokens) : plain((token as Tokens.Text).text)}\n`
      case 'code':
        return code(token as Tokens.Code)
      case 'list':
        return list(token as Tokens.List)
      case 'table':
        return table(token as Tokens.Table)
      case 'blockquote':
        return `${indent(blocks(token.tokens).trimEnd(), style.dim('│ '))}\n`
      case 'hr':
        return `${style.dim('─'.repeat(24))}\n`
      default:
        return `${token.raw.trimEnd()}\n`
    }
  }

  const blocks = (tokens: readonly Token[] | undefined): string =>
    (tokens ?? []).map(block).join('')

  return { render: (text) => blocks(marked.lexer(harmless(text))) }
}

/** How many characters at the start of a growing text are whole blocks, which nothing that follows can change. */
export function completeLength(text: string): number {
  const tokens = marked.lexer(text)
  const last = tokens.findLastIndex((token) => token.type !== 'space')
  return tokens.slice(0, Math.max(0, last)).reduce((length, token) => length + token.raw.length, 0)
}
