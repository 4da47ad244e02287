import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import fc from 'fast-check'
import { createAnswerReader, type AnswerHead } from '@codelab/runtime/answer-reader'

/** What is read of an answer that comes in these pieces. */
const read = (pieces: readonly Buffer[]) => {
  const said = { head: undefined as AnswerHead | undefined, body: '', ends: 0, finished: false }
  const reader = createAnswerReader({
    head: (head) => void (said.head = head),
    body: (view) => void (said.body += view.toString('latin1')),
    end: () => void (said.ends += 1),
  })
  for (const piece of pieces) reader.push(piece)
  return { ...said, finished: reader.finish() }
}
const readText = (...texts: readonly string[]) =>
  read(texts.map((text) => Buffer.from(text, 'latin1')))

const cut = (bytes: Buffer, sizes: readonly number[]): Buffer[] => {
  let at = 0
  const pieces = sizes.map((size) => bytes.subarray(at, (at += size)))
  return [...pieces, bytes.subarray(at)].filter(({ length }) => length > 0)
}

const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'

test('the head is told before the body, names in lower case', () => {
  const { head, body, ends } = readText(
    'HTTP/1.1 503 Service Unavailable\r\nContent-Type:  a/b \r\nContent-Length: 2\r\n\r\nno and more',
  )
  expect(head).toMatchObject({
    status: 503,
    headers: { 'content-type': 'a/b', 'content-length': '2' },
  })
  expect([body, ends]).toEqual(['no', 1])
})

test('a chunked answer ends with its last chunk, extensions and trailers left out', () => {
  const { body, ends } = readText(chunked, '3;a="b"\r\nabc\r\n1\nd\n0\r\nDigest: x\r\n\r\n')
  expect([body, ends]).toEqual(['abcd', 1])
})

test('an answer without a length is over with its connection', () => {
  expect(readText('HTTP/1.1 200 OK\r\n\r\nabc')).toMatchObject({ body: 'abc', finished: true })
})

test('what a cut connection leaves behind is no whole answer', () => {
  for (const text of ['', 'HTTP/1.1 200', chunked, `${chunked}3\r\nab`, `${chunked}3\r\nabc\r\n`])
    expect(readText(text).finished).toBe(false)
})

test('what is said before the answer itself is passed over', () => {
  const { head } = readText('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n')
  expect(head?.status).toBe(204)
})

test.each([
  ['another protocol', 'SSH-2.0-OpenSSH\r\n\r\n'],
  ['a header that is none', 'HTTP/1.1 200 OK\r\nno colon\r\n\r\n'],
  ['another coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n'],
  ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
  ['a chunk without a size', `${chunked}\r\n`],
  ['a size that is none', `${chunked}g\r\n`],
  ['a size beyond all measure', `${chunked}123456789\r\n`],
  ['a chunk longer than it says', `${chunked}1\r\nab\r\n`],
  ['a head without an end', `HTTP/1.1 200 OK\r\nA: ${'a'.repeat(70_000)}`],
])('%s is refused', (_, text) => {
  expect(() => readText(text)).toThrow('not HTTP/1.1 as it should be')
})

test('an answer of Node is read the same however it is cut', async () => {
  const texts = ['id: 1\ndata: é\n\n', ': keep-alive\n\n', 'x'.repeat(70_000), 'end']
  const server = createServer((_, answer) => {
    for (const text of texts) answer.write(Buffer.from(text))
    answer.end()
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const pieces: Buffer[] = []
  await new Promise<void>((resolve) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    socket.on('data', (piece) => pieces.push(piece)).once('close', () => resolve())
  })
  server.close()
  const bytes = Buffer.concat(pieces)
  const wanted = Buffer.from(texts.join('')).toString('latin1')
  fc.assert(
    fc.property(fc.array(fc.nat(400), { maxLength: 300 }), (sizes) => {
      const { body, ends } = read(cut(bytes, sizes))
      expect([body === wanted, ends]).toEqual([true, 1])
    }),
    { numRuns: 50 },
  )
})
