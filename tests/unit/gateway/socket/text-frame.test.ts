import { createRequire } from 'node:module'
import type { Writable } from 'node:stream'
import { textFrames } from '@codelab/gateway/socket/text-frame'

// Its types leave it out.
const { Receiver } = createRequire(import.meta.url)('ws') as {
  Receiver: new (options: { isServer: boolean }) => Writable
}

/** What a client of `ws` reads of these bytes. */
const heard = (bytes: Buffer): Promise<[string, boolean][]> =>
  new Promise((resolve, reject) => {
    const messages: [string, boolean][] = []
    const receiver = new Receiver({ isServer: false })
    receiver.on('message', (data: Buffer, isBinary: boolean) => {
      messages.push([data.toString(), isBinary])
    })
    receiver.on('error', reject).on('finish', () => resolve(messages))
    receiver.end(bytes)
  })

test('texts of every length are read as one message each', async () => {
  const texts = ['', 'a', 'é'.repeat(62), 'b'.repeat(125), 'c'.repeat(126), 'd'.repeat(65_535)]
  texts.push('e'.repeat(65_536), 'ж'.repeat(100_000))
  const bytes = textFrames(texts.map((text) => ({ data: Buffer.from(text) })))
  expect(await heard(bytes)).toEqual(texts.map((text) => [text, false]))
})

test('no text is no bytes', () => {
  expect(textFrames([])).toHaveLength(0)
})
