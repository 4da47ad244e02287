import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { Context } from 'koa'
import { Failure } from './failure.ts'
import { isTooDeep, maxJsonDepth } from './json-depth.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

const bodyRequired = () => new Failure('invalid_request', { message: 'A JSON body is required.' })

/** Reads a JSON body of at most `maxBytes`: 413 past it, 415 for another type or coding, 400 for anything that is no JSON in UTF-8. */
export async function readJson(ctx: Context, maxBytes: number): Promise<unknown> {
  const value = parseJson(await readJsonBytes(ctx.req, maxBytes))
  if (isTooDeep(value)) throw tooDeep()
  return value
}

const jsonType = /^[^;]*[/+]json\s*(?:;|$)/i

function isJsonInUtf8(type: string): boolean {
  const charset = /charset=["']?([^\s;"']+)/i.exec(type)?.[1]?.toLowerCase()
  return jsonType.test(type) && (!charset || charset === 'utf-8' || charset === 'utf8')
}

/** The bytes of a JSON body, unread, with the failures of `readJson` that need no reading; one byte at least. */
export async function readJsonBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const { headers } = request
  const type = headers['content-type'] ?? ''
  const length = headers['content-length']
  if (length === '0' || (length === undefined && headers['transfer-encoding'] === undefined))
    throw bodyRequired()
  const coding = headers['content-encoding']
  // What nearly everybody says needs no looking into.
  if ((type !== 'application/json' && !isJsonInUtf8(type)) || (coding && coding !== 'identity'))
    throw new Failure('unsupported_media_type')
  const bytes = await readBody(request, maxBytes)
  if (bytes.length === 0) throw bodyRequired()
  return bytes
}

/** Throws `invalid_request` for anything that is no JSON in UTF-8; a byte order mark before it is none of its business. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch {
    throw new Failure('invalid_request', { message: 'The body is not JSON in UTF-8.' })
  }
}

export const tooDeep = () =>
  new Failure('invalid_request', {
    message: `The body is nested deeper than ${maxJsonDepth} levels.`,
  })

const tooLarge = (maxBytes: number) =>
  new Failure('payload_too_large', { message: `The body is larger than ${maxBytes} bytes.` })

/** Reads a stream to its end; past `maxBytes` a `payload_too_large` failure, and the stream is broken off. */
export const readBytes = (stream: Readable, maxBytes: number): Promise<Buffer> =>
  gather(stream, maxBytes, () => void stream.destroy())

/**
 * Reads the body of a request; past `maxBytes` a `payload_too_large` failure, and what still comes is read away: to break the request off
 * would cut its connection before the answer has been given.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (!(Number(request.headers['content-length'] ?? 0) > maxBytes))
    return gather(request, maxBytes, () => {})
  request.resume()
  return Promise.reject(tooLarge(maxBytes))
}

/** By its events: an iterator takes longer over a short body than all else that is done with it. */
const gather = (stream: Readable, maxBytes: number, tooMuch: () => void): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    if (stream.destroyed) return reject(stream.errored ?? cutOff())
    const chunks: Buffer[] = []
    let size = 0
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBytes) return void chunks.push(chunk)
      chunks.length = 0
      reject(tooLarge(maxBytes))
      tooMuch()
    })
    stream.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
    stream.on('error', reject)
    stream.once('close', () => {
      if (!stream.readableEnded) reject(cutOff())
    })
  })

const cutOff = () =>
  Object.assign(new Error('the body was cut off'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
