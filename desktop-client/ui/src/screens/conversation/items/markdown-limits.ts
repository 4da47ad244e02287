import { isFenced } from './markdown-blocks.ts'

/** Characters of a block that are read as Markdown, and of code that is coloured: its readers take time by the square of what is odd. */
const mostMarked = 10_000
const mostColoured = 10_000
const mostDefinitions = 100

/** Quotes and lists within each other, on one line: each level is a call on the stack. */
const deep = /^[ \t]*(?:(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])[ \t]*){17}/m
const longRun = /[*_]{100}/
const definition = /^ {0,3}\[[^\]\n]*\]:/gm

/** How a block is drawn: as Markdown, as Markdown without colours in its code, or, where that could stop the page, as it was written. */
export function drawingOf(block: string): 'marked' | 'uncoloured' | 'plain' {
  if (isFenced(block)) return block.length > mostColoured ? 'uncoloured' : 'marked'
  if (block.length > mostMarked || deep.test(block) || longRun.test(block)) return 'plain'
  return (block.match(definition)?.length ?? 0) > mostDefinitions ? 'plain' : 'marked'
}
