import { createSequence } from '@codelab/gateway/relay/sequence'

const events = (...seqs: (number | undefined)[]) =>
  seqs.map((seq) => ({ seq, data: Buffer.from(String(seq)) }))
const seqsOf = (passed: readonly { seq: number | undefined }[]) => passed.map(({ seq }) => seq)

describe('createSequence', () => {
  test('passes what follows, and frames without a seq at their place', () => {
    const sequence = createSequence(3)
    const next = sequence.next(events(4, undefined, 5))
    expect(seqsOf(next.events)).toEqual([4, undefined, 5])
    expect({ gap: next.gap, last: sequence.last() }).toEqual({ gap: false, last: 5 })
  })

  test('drops what was passed before', () => {
    const sequence = createSequence(3)
    sequence.next(events(4, 5))
    sequence.restart()
    expect(seqsOf(sequence.next(events(4, 5, 6)).events)).toEqual([6])
  })

  test('stops before a gap', () => {
    const sequence = createSequence(0)
    const next = sequence.next(events(1, 2, 5, 6))
    expect(seqsOf(next.events)).toEqual([1, 2])
    expect({ gap: next.gap, last: sequence.last() }).toEqual({ gap: true, last: 2 })
  })

  test('accepts a gap that is there again each time the stream is opened', () => {
    const sequence = createSequence(2)
    expect(sequence.next(events(5)).gap).toBe(true)
    sequence.restart()
    expect(sequence.next(events(5)).gap).toBe(true)
    sequence.restart()
    expect(sequence.next(events(5, 6))).toMatchObject({ gap: false })
    expect(sequence.last()).toBe(6)
  })
})
