import { bodyOf, cases } from '../../../load/peers/cases.ts'
import { shareAsked } from '../../../load/peers/counts.ts'

test('a request tells the model how to answer, whatever its size', () => {
  expect(bodyOf(cases.stream, 'm')).toContain('frames=100 pause=5000 ')
  expect(JSON.parse(bodyOf(cases.stream, 'm'))).toMatchObject({ model: 'm', stream: true })
  expect(JSON.parse(bodyOf(cases.whole, 'm'))).not.toHaveProperty('stream')
  expect(bodyOf(cases.large, 'm').length).toBeGreaterThan(2 ** 20)
  expect(bodyOf(cases.large, 'm').length).toBeLessThan(2 ** 20 + 500)
})

test('how often a failing provider was really asked is told where it can be', () => {
  const counts = { before: { good: 10, 429: 5, 500: 0 }, after: { good: 20, 429: 6, 500: 0 } }
  expect(shareAsked('fails with 429', 10, counts)).toBe(0.1)
  expect(shareAsked('refuses', 10, counts)).toBeUndefined()
  expect(shareAsked('rests after 429', 10, counts)).toBeUndefined()
})
