import type { IncomingMessage } from 'node:http'
import type { Refusal } from './dialect.ts'

const maxBytes = 32 * 1024 * 1024

export type ReadBody =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly refusal: Refusal }

/** Reads a JSON body of up to 32 MiB; an empty one is `undefined`. */
export async function readJson(request: IncomingMessage): Promise<ReadBody> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    // Read on to the end: an answer given in the middle of an upload is often lost.
    if (bytes <= maxBytes) chunks.push(chunk)
  }
  if (bytes > maxBytes) return refused(413, `The request body is larger than ${maxBytes} bytes.`)
  if (bytes === 0) return { ok: true, body: undefined }
  try {
    return { ok: true, body: JSON.parse(Buffer.concat(chunks).toString()) }
  } catch {
    return refused(400, 'We could not parse the JSON body of your request.')
  }
}

const refused = (status: number, message: string): ReadBody => ({
  ok: false,
  refusal: { status, message },
})
