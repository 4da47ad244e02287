import { failureIn, KubeFailure } from './failure.ts'
import type { KubeObject } from './object.ts'

export type WatchEvent =
  | { readonly type: 'set' | 'gone'; readonly object: KubeObject; readonly resourceVersion: string }
  /** Nothing happened, up to here. */
  | { readonly type: 'bookmark'; readonly resourceVersion: string }

const newline = 0x0a
/** Above any object that etcd takes. */
const longestLine = 32 * 1_048_576

const damage = (what: string) =>
  new KubeFailure('Malformed', { message: `the watch is damaged: ${what}`, status: 200 })

/** Cuts at newline bytes, so no character is ever split; what is left at the end is no line. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    let from = 0
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      const last = chunk.subarray(from, at)
      yield Buffer.concat([...parts, last]).toString()
      parts = []
      length = 0
      from = at + 1
    }
    if (from === chunk.length) continue
    parts.push(chunk.subarray(from))
    length += chunk.length - from
    if (length > longestLine) throw damage(`a line is longer than ${longestLine} bytes`)
  }
  if (length > 0) throw damage('it ended inside an event')
}

type Raw = {
  type?: unknown
  object?: { metadata?: { name?: unknown; resourceVersion?: unknown } } | null
}

const types: ReadonlyMap<unknown, WatchEvent['type']> = new Map([
  ['ADDED', 'set'],
  ['MODIFIED', 'set'],
  ['DELETED', 'gone'],
  ['BOOKMARK', 'bookmark'],
])

function eventIn(line: string, what: string): WatchEvent {
  let raw: Raw
  try {
    raw = (JSON.parse(line) ?? {}) as Raw
  } catch {
    throw damage('a line is no JSON')
  }
  if (raw.type === 'ERROR') throw failureIn({ status: 0, body: raw.object, what })
  const type = types.get(raw.type)
  const { name, resourceVersion } = raw.object?.metadata ?? {}
  if (!type) throw damage('an event is of no known type')
  if (typeof resourceVersion !== 'string' || resourceVersion === '')
    throw damage('an event has no resource version')
  if (type === 'bookmark') return { type, resourceVersion }
  if (typeof name !== 'string' || name === '') throw damage('an object has no name')
  return { type, object: raw.object as KubeObject, resourceVersion }
}

/** The events in the bytes of a watch. Ends when the API server ends it; throws `KubeFailure` for its ERROR event and for whatever cannot be understood. */
export async function* watchEvents(
  chunks: AsyncIterable<Uint8Array>,
  what: string,
): AsyncGenerator<WatchEvent> {
  for await (const line of linesOf(chunks)) yield eventIn(line, what)
}
