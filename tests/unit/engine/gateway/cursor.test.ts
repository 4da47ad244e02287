import { createCursor } from '@codelab/engine/gateway/cursor'

describe('cursor', () => {
  test('takes each frame once, in order', () => {
    const cursor = createCursor(4)
    expect([5, 5, 4, 6].map((seq) => cursor.take(seq))).toEqual(['new', 'seen', 'seen', 'new'])
    expect(cursor.last()).toBe(6)
  })

  test('stays where it is when frames are missing', () => {
    const cursor = createCursor(4)
    expect(cursor.take(7)).toBe('gap')
    expect(cursor.last()).toBe(4)
  })

  test('begins with whatever comes when it has no position', () => {
    const cursor = createCursor()
    expect(cursor.take(41)).toBe('new')
    expect(cursor.take(43)).toBe('gap')
    cursor.jump(undefined)
    expect(cursor.take(90)).toBe('new')
  })
})
