import { type Translator, openFlow } from '@codelab/llm-proxy/providers/flow'
import type { AnswerReader, Connection } from '@codelab/llm-proxy/providers/upstream'

/** Passes on every chunk but those that begin with a mark: `.` ends, `!` fails after the piece, `?` fails instead of it, `-` says nothing. */
const marks = (): Translator<string> => {
  let failure: Error | undefined
  const state = { started: false, ended: false }
  return {
    feed(chunk) {
      const text = chunk.toString()
      if (text.startsWith('?')) throw new Error(text)
      if (text.startsWith('!')) failure = new Error(text)
      if (text.startsWith('-')) return undefined
      state.started = true
      state.ended = text.startsWith('.')
      return text
    },
    failure: () => failure,
    hasStarted: () => state.started,
    hasEnded: () => state.ended,
  }
}

/** A flow over a connection that only remembers what was asked of it, and what its sink was given. */
const flowing = (room: () => boolean = () => true) => {
  const asked: string[] = []
  const got: string[] = []
  let reader!: AnswerReader
  const connection: Connection = {
    deadline: { started() {}, heard() {}, pause() {}, resume() {}, stop() {} },
    pause: () => void asked.push('pause'),
    resume: () => void asked.push('resume'),
    done: () => void asked.push('done'),
    fail(reason) {
      asked.push('fail')
      reader.failed(reason)
    },
  }
  const opening = openFlow('p', marks(), (given) => {
    reader = given
    return connection
  })
  const sink = {
    take(piece: string) {
      got.push(piece)
      return room()
    },
    ended: () => void got.push('ended'),
    failed: (reason: unknown) => void got.push(`failed: ${(reason as Error).message}`),
  }
  const came = (...texts: string[]) => {
    for (const text of texts) reader.came(Buffer.from(text))
  }
  return {
    opening,
    sink,
    came,
    asked,
    got,
    ended: () => reader.ended(),
    failed: (error: Error) => reader.failed(error),
  }
}

test('what came before there was a sink is given first, then each piece as it comes', async () => {
  const { opening, sink, came, got } = flowing()
  came('-', 'a', 'b')
  const flow = await opening
  expect(got).toEqual([])
  flow.into(sink)
  expect(got).toEqual(['a', 'b'])
  came('c')
  expect(got).toEqual(['a', 'b', 'c'])
})

test('an answer ends at its end mark, and the rest is left to the connection', async () => {
  const { opening, sink, came, got, asked } = flowing()
  came('a', '.')
  ;(await opening).into(sink)
  expect(got).toEqual(['a', '.', 'ended'])
  expect(asked).toContain('done')
})

test('an answer that ends without its end mark is broken, after what it said', async () => {
  const { opening, sink, came, ended, got } = flowing()
  came('a')
  ended()
  ;(await opening).into(sink)
  expect(got).toEqual([
    'a',
    'failed: The answer of the model provider "p" broke off before its end',
  ])
})

test('what came in one chunk with a failure is given before it', async () => {
  const { opening, sink, came, got } = flowing()
  came('a')
  ;(await opening).into(sink)
  came('!b')
  expect(got).toEqual(['a', '!b', 'failed: !b'])
})

test.each([
  ['the connection', (flow: ReturnType<typeof flowing>) => flow.failed(new Error('cut')), 'cut'],
  ['the vendor', (flow: ReturnType<typeof flowing>) => flow.came('?no'), '?no'],
  ['the end', (flow: ReturnType<typeof flowing>) => flow.ended(), 'broke off before its end'],
])('a failure of %s before the first piece rejects', async (_, fail, message) => {
  const flow = flowing()
  flow.came('-')
  fail(flow)
  await expect(flow.opening).rejects.toThrow(message)
})

test('a sink without room makes the vendor wait until it has some', async () => {
  let room = true
  const { opening, sink, came, asked, got } = flowing(() => room)
  came('a')
  const flow = await opening
  flow.into(sink)
  room = false
  came('b')
  expect(asked.at(-1)).toBe('pause')
  flow.resume()
  expect(asked.at(-1)).toBe('resume')
  expect(got).toEqual(['a', 'b'])
})

test('a vendor that says much before there is a sink waits too', async () => {
  const { opening, sink, came, asked, got } = flowing()
  came(...Array.from({ length: 100 }, String))
  expect(asked).toContain('pause')
  ;(await opening).into(sink)
  expect(asked.at(-1)).toBe('resume')
  expect(got).toHaveLength(100)
})
