import fc from 'fast-check'
import { type WatchEvent, watchEvents } from '@codelab/operator/kube/watch-events'

async function* chunksOf(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}

async function read(...parts: (string | Uint8Array)[]) {
  const events: WatchEvent[] = []
  for await (const event of watchEvents(chunksOf(...parts), 'watch things')) events.push(event)
  return events
}

const line = (type: string, name: string, version: string, extra: object = {}) =>
  `${JSON.stringify({ type, object: { metadata: { name, resourceVersion: version }, ...extra } })}\n`

test('wherever the bytes are cut, the events are the same', async () => {
  const text = line('ADDED', 'a', '1', { note: 'Grüße 世界 🌍' }) + line('DELETED', 'b', '2')
  const whole = await read(text)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(Buffer.byteLength(text))), async (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), Buffer.byteLength(text)]
      const parts = at.slice(1).map((end, index) => Buffer.from(text).subarray(at[index], end))
      expect(await read(...parts)).toEqual(whole)
    }),
  )
  expect(whole.map(({ type, resourceVersion }) => `${type} ${resourceVersion}`)).toEqual([
    'set 1',
    'gone 2',
  ])
})

const damaged: [string, string][] = [
  ['that is no JSON', '{"type":"ADDED","object":\n'],
  ['that is empty', '\n'],
  ['that is null', 'null\n'],
  ['of an unknown type', line('PUZZLED', 'a', '1')],
  ['of a type that every object has', line('constructor', 'a', '1')],
  ['without an object', '{"type":"ADDED"}\n'],
  ['with an object that is null', '{"type":"MODIFIED","object":null}\n'],
  ['without a name', '{"type":"ADDED","object":{"metadata":{"resourceVersion":"1"}}}\n'],
  ['without a version', '{"type":"BOOKMARK","object":{"metadata":{}}}\n'],
  ['that does not end', line('ADDED', 'a', '1').trimEnd()],
]

test.each(damaged)('a line %s is damage', async (_, text) => {
  await expect(read(line('ADDED', 'z', '9'), text)).rejects.toMatchObject({ reason: 'Malformed' })
})

test('an ERROR event is the failure it carries', async () => {
  const status = { kind: 'Status', reason: 'Expired', code: 410, message: 'too old' }
  await expect(
    read(`${JSON.stringify({ type: 'ERROR', object: status })}\n`),
  ).rejects.toMatchObject({ reason: 'Expired', status: 410, message: 'watch things: too old' })
  await expect(read('{"type":"ERROR","object":{}}\n')).rejects.toMatchObject({ reason: 'Unknown' })
})
