import fc from 'fast-check'
import { createEventSplitter, type RelayedEvent } from '@codelab/gateway/relay/event-splitter'

const split = (chunks: readonly Buffer[], maxEventBytes = 1_000_000) => {
  const splitter = createEventSplitter({ maxEventBytes })
  // The bytes of a chunk are written over as soon as its events have been used.
  return chunks.flatMap((chunk) => {
    const into = Buffer.from(chunk)
    const events = splitter
      .push(into)
      .map(({ seq, data }: RelayedEvent) => ({ seq, data: data.toString() }))
    into.fill(0)
    return events
  })
}

const cut = (bytes: Buffer, sizes: readonly number[]): Buffer[] => {
  const chunks: Buffer[] = []
  let at = 0
  for (const size of sizes) {
    chunks.push(bytes.subarray(at, at + size))
    at += size
  }
  return [...chunks, bytes.subarray(at)]
}

describe('createEventSplitter', () => {
  test.each<[string, string, { seq: number | undefined; data: string }[]]>([
    ['an event with an id', 'id: 7\ndata: {"a":1}\n\n', [{ seq: 7, data: '{"a":1}' }]],
    ['one without', 'data: x\n\n', [{ seq: undefined, data: 'x' }]],
    ['no space after the colon', 'id:7\ndata:x\n\n', [{ seq: 7, data: 'x' }]],
    ['carriage returns', 'id: 7\r\ndata: x\r\n\r\n', [{ seq: 7, data: 'x' }]],
    [
      'comments and other fields',
      ': keep-alive\n\nevent: e\nretry: 5\ndata: x\n\n',
      [{ seq: undefined, data: 'x' }],
    ],
    ['several data lines', 'data: a\ndata: b\n\n', [{ seq: undefined, data: 'a\nb' }]],
    ['an id that is no number', 'id: x7\ndata: y\n\n', [{ seq: undefined, data: 'y' }]],
    [
      'an id that does not stay for the next event',
      'id: 1\ndata: a\n\ndata: b\n\n',
      [
        { seq: 1, data: 'a' },
        { seq: undefined, data: 'b' },
      ],
    ],
    ['an event that has not ended', 'id: 1\ndata: a\n', []],
    ['nothing', '', []],
  ])('reads %s', (_, text, events) => {
    expect(split([Buffer.from(text)])).toEqual(events)
  })

  test('gives the same events however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' }), { maxLength: 20 }),
        fc.array(fc.nat(40), { maxLength: 50 }),
        (texts, sizes) => {
          const events = texts.map((text, at) => ({ seq: at + 1, data: JSON.stringify(text) }))
          const bytes = Buffer.from(
            events.map(({ seq, data }) => `id: ${seq}\ndata: ${data}\n\n`).join(''),
          )
          expect(split(cut(bytes, sizes))).toEqual(events)
        },
      ),
    )
  })

  test('refuses an event that grows past the limit, in one line or in many', () => {
    expect(() => split([Buffer.from('data: '), Buffer.alloc(200, 120)], 100)).toThrow(
      /larger than 100/,
    )
    expect(() => split(Array(30).fill(Buffer.from('data: 0123456789\n')), 100)).toThrow(
      /larger than 100/,
    )
  })

  test('does not copy an event that came in one chunk', () => {
    const chunk = Buffer.from('data: payload\n\n')
    const [event] = createEventSplitter({ maxEventBytes: 100 }).push(chunk)
    expect(event?.data.buffer).toBe(chunk.buffer)
  })
})
