import { type Arriving, createAnswerBody } from '@codelab/llm-proxy/providers/answer-body'
import { until } from '../../../support/until.ts'

/** A connection that only remembers what was asked of it. */
const connection = () => {
  let paused = false
  const asked: string[] = []
  const controller = {
    ...{ aborted: false, reason: null },
    get paused() {
      return paused
    },
    abort(reason: Error) {
      asked.push('abort')
      arriving.failed(reason)
    },
    pause() {
      paused = true
      asked.push('pause')
    },
    resume() {
      if (paused) asked.push('resume')
      paused = false
    },
  }
  const arriving: Arriving = createAnswerBody(controller)
  return { ...arriving, asked }
}

const bytes = (text: string) => Buffer.from(text)
const textOf = (chunk: Buffer | undefined) => chunk?.toString()

test('what comes while nobody reads is given in one piece, then what comes next, then the end', async () => {
  const { body, came, ended } = connection()
  came(bytes('a'))
  came(bytes('b'))
  expect(textOf(await body.next())).toBe('ab')
  const next = body.next()
  came(bytes('c'))
  came(bytes('d'))
  ended()
  expect(textOf(await next)).toBe('c')
  expect(textOf(await body.next())).toBe('d')
  expect(await body.next()).toBeUndefined()
})

test('what came before a failure is given before it', async () => {
  const { body, came, failed } = connection()
  came(bytes('a'))
  failed(new Error('cut'))
  expect(textOf(await body.next())).toBe('a')
  await expect(body.next()).rejects.toThrow('cut')
})

test('a reader that waits hears of a failure', async () => {
  const { body, failed } = connection()
  const next = body.next()
  failed(new Error('cut'))
  await expect(next).rejects.toThrow('cut')
})

test('a slow reader makes the vendor wait, and no longer than it must', async () => {
  const { body, came, asked } = connection()
  came(Buffer.alloc(60_000))
  expect(asked).toEqual([])
  came(Buffer.alloc(10_000))
  expect(asked).toEqual(['pause'])
  expect((await body.next())?.length).toBe(70_000)
  expect(asked).toEqual(['pause', 'resume'])
})

test('a short rest is read away and the connection kept', async () => {
  const { body, came, ended, asked } = connection()
  came(bytes('rest'))
  body.leave({ bytes: 10, ms: 60_000 })
  came(bytes('more'))
  ended()
  body.destroy()
  expect(asked).toEqual([])
  expect(await body.next()).toBeUndefined()
})

test('a rest that is too long, held or still to come, closes the connection', () => {
  const held = connection()
  held.came(bytes('much too long'))
  held.body.leave({ bytes: 10, ms: 60_000 })
  expect(held.asked).toEqual(['abort'])

  const coming = connection()
  coming.body.leave({ bytes: 10, ms: 60_000 })
  coming.came(bytes('much too long'))
  expect(coming.asked).toEqual(['abort'])
})

test('a rest that does not come in time closes the connection', async () => {
  const { body, asked } = connection()
  body.leave({ bytes: 10, ms: 1 })
  await until('the connection to be closed', () => asked.includes('abort'))
})

test('a connection is closed once', () => {
  const { body, asked } = connection()
  body.destroy()
  body.destroy()
  expect(asked).toEqual(['abort'])
})
