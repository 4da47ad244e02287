import { markdownBlocks } from '../../../desktop-client/ui/src/screens/conversation/items/markdown-blocks.ts'

test('paragraphs are blocks of their own', () => {
  expect(markdownBlocks('one\ntwo\n\nthree\n\n\nfour')).toEqual(['one\ntwo', 'three', 'four'])
})

test('fenced code stays whole, blank lines and all, also while its end has not come yet', () => {
  const code = '```ts\nconst a = 1\n\nconst b = 2\n```'
  expect(markdownBlocks(`before\n\n${code}\n\nafter`)).toEqual(['before', code, 'after'])
  expect(markdownBlocks('```ts\nconst a = 1\n\nconst b')).toEqual(['```ts\nconst a = 1\n\nconst b'])
})

test('a fence inside a longer fence is text', () => {
  const code = '````md\n```\n\n```\n````'
  expect(markdownBlocks(`${code}\n\nafter`)).toEqual([code, 'after'])
})

test('a list with blank lines between its points is one block', () => {
  expect(markdownBlocks('1. one\n\n2. two')).toEqual(['1. one\n\n2. two'])
})

test('what follows a list is a block of its own, unless it is indented below a point', () => {
  expect(markdownBlocks('- one\n\n- two\n\nafter\n\nlast')).toEqual([
    '- one\n\n- two',
    'after',
    'last',
  ])
  expect(markdownBlocks('- one\n\n  still one\n\n```\ncode\n```')).toEqual([
    '- one\n\n  still one',
    '```\ncode\n```',
  ])
})

test('what has ended does not change while the rest still comes', () => {
  const whole = 'one\n\n```\ncode\n\nmore\n```\n\n- a\n\n- b\n\ntwo and three'
  for (let end = 0; end <= whole.length; end += 1) {
    const now = markdownBlocks(whole.slice(0, end))
    const later = markdownBlocks(whole)
    expect(later.slice(0, Math.max(0, now.length - 1))).toEqual(now.slice(0, -1))
  }
})
