import { createServer, get, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { type AnswerBody, openBody } from '@codelab/llm-proxy/routes/answer-body'
import { until } from '../../../support/until.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A server that lets `answer` write the bodies of its answers. */
const serving = async (
  answer: (body: AnswerBody, response: ServerResponse) => void,
  ready: () => void = () => {},
): Promise<number> => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    answer(openBody(response, ready), response)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** Pieces as an answer: one after the other, then the end. */
const pieces =
  (...all: (string | Buffer)[]) =>
  (body: AnswerBody, response: ServerResponse): void => {
    for (const piece of all) body.write(piece)
    body.release()
    response.end()
  }

const answerAt = async (port: number): Promise<string> => {
  const [response] = await once(get({ port, host: '127.0.0.1', agent: false }), 'response')
  return text(response)
}

/** What comes back for bytes written to a connection, up to the last of so many marks. */
const raw = async (port: number, bytes: string, mark: string, marks = 1): Promise<string> => {
  const socket = connect(port, '127.0.0.1')
  closing.push(() => socket.destroy())
  let came = ''
  socket.setEncoding('latin1').on('data', (some: string) => (came += some))
  socket.write(bytes)
  await until('the end of the answer', () => came.split(mark).length > marks)
  return came
}

const request = (version: string) => `GET / HTTP/${version}\r\nhost: here\r\n\r\n`

test('pieces arrive in their order, whatever they are made of', async () => {
  const long = 'y'.repeat(70_000)
  const port = await serving(
    pieces('a', Buffer.from('ü\n'), '漢字 und é', long, Buffer.from(long), 'z'),
  )
  expect(await answerAt(port)).toBe(`aü\n漢字 und é${long}${long}z`)
})

test('a long first piece comes behind the head as well', async () => {
  const long = 'ü'.repeat(20_000)
  const port = await serving(pieces(long, 'z'))
  expect(await answerAt(port)).toBe(`${long}z`)
  const came = await raw(port, request('1.1'), '0\r\n\r\n')
  expect(came.slice(came.indexOf('\r\n\r\n') + 4)).toMatch(/^9c40\r\n/)
})

test('an answer without a piece is an empty one', async () => {
  expect(await answerAt(await serving(pieces()))).toBe('')
})

test('each piece is one chunk, and the head comes with the first', async () => {
  const port = await serving(pieces('data: ü\n\n', 'x'))
  const came = await raw(port, request('1.1'), '0\r\n\r\n')
  expect(came.split('\r\n\r\n', 1)[0]).toMatch(/^HTTP\/1\.1 200 .*transfer-encoding: chunked/is)
  expect(came.slice(came.indexOf('\r\n\r\n') + 4)).toBe(
    'a\r\ndata: \u00c3\u00bc\n\n\r\n1\r\nx\r\n0\r\n\r\n',
  )
})

test('another request follows on the same connection, even one that did not wait', async () => {
  const port = await serving(pieces('one', 'two'))
  const answers = '3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n'
  const came = await raw(port, request('1.1').repeat(3), `${answers}`, 3)
  expect(came.split(answers)).toHaveLength(4)
})

test('what comes after the end is not written into the next answer', async () => {
  const earlier: AnswerBody[] = []
  const taken: boolean[] = []
  const port = await serving((body, response) => {
    for (const ended of earlier) taken.push(ended.write('of another'))
    pieces('own')(body, response)
    earlier.push(body)
  })
  const answer = '3\r\nown\r\n0\r\n\r\n'
  const came = await raw(port, request('1.1').repeat(3), answer, 3)
  // The first frames its chunks itself, the others had to wait for it.
  expect(taken).toEqual([false, false, false])
  expect(came).not.toContain('another')
})

test('a client of HTTP/1.0 gets it without chunks', async () => {
  const port = await serving(pieces('one', 'two'))
  const came = await raw(port, request('1.0'), 'onetwo')
  expect(came).not.toMatch(/chunked/i)
})

test('a reader that takes nothing makes it full, and is told of when it takes more', async () => {
  let ready = 0
  let body: AnswerBody | undefined
  let response: ServerResponse | undefined
  const port = await serving(
    (opened, of) => ([body, response] = [opened, of]),
    () => (ready += 1),
  )
  const socket = connect(port, '127.0.0.1')
  closing.push(() => socket.destroy())
  socket.pause()
  socket.write(request('1.1'))
  await until('the request', () => body !== undefined)
  const piece = 'x'.repeat(10_000)
  let written = 0
  while (body!.write(piece)) if ((written += 1) > 10_000) throw new Error('it is never full')
  expect([body!.isFull(), ready]).toEqual([true, 0])
  socket.resume()
  await until('room', () => ready === 1)
  expect(body!.isFull()).toBe(false)
  body!.release()
  while (body!.write(piece)) if ((written += 1) > 20_000) throw new Error('it is never full')
  response!.end()
  await once(response!, 'finish')
  expect(ready).toBe(1)
})

test('a reader that has gone before the first piece harms nobody', async () => {
  let body: AnswerBody | undefined
  let isGone = false
  const port = await serving((opened, response) => {
    body = opened
    response.once('close', () => (isGone = true))
  })
  const socket = connect(port, '127.0.0.1')
  socket.write(request('1.1'))
  await until('the request', () => body !== undefined)
  socket.destroy()
  await until('the end of the connection', () => isGone)
  expect(body!.write('first')).toBe(false)
  expect(await answerAt(await serving(pieces('alive')))).toBe('alive')
})

test('a reader that has gone harms nobody', async () => {
  let body: AnswerBody | undefined
  let isGone = false
  const port = await serving((opened, response) => {
    body = opened
    response.once('close', () => (isGone = true))
    opened.write('first')
  })
  const socket = connect(port, '127.0.0.1')
  socket.write(request('1.1'))
  await once(socket, 'data')
  socket.destroy()
  await until('the end of the connection', () => isGone)
  expect(() => body!.write('second')).not.toThrow()
  expect(await answerAt(await serving(pieces('alive')))).toBe('alive')
})
