import type { Context } from 'koa'
import { Failure } from './failure.ts'
import { isTooDeep, maxJsonDepth } from './json-depth.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

const bodyRequired = () => new Failure('invalid_request', { message: 'A JSON body is required.' })

/** Reads a JSON body of at most `maxBytes`: 413 past it, 415 for another type or coding, 400 for anything that is no JSON in UTF-8. */
export async function readJson(ctx: Context, maxBytes: number): Promise<unknown> {
  if (!ctx.is('json', '+json')) {
    if (
      ctx.request.length === 0 ||
      (ctx.request.length === undefined && !ctx.get('transfer-encoding'))
    )
      throw bodyRequired()
    throw new Failure('unsupported_media_type')
  }
  const charset = /charset=["']?([^\s;"']+)/i.exec(ctx.get('content-type'))?.[1]?.toLowerCase()
  const coding = ctx.get('content-encoding')
  if ((charset && charset !== 'utf-8' && charset !== 'utf8') || (coding && coding !== 'identity'))
    throw new Failure('unsupported_media_type')
  const bytes = await readBytes(ctx.req, maxBytes)
  if (bytes.length === 0) throw bodyRequired()
  const value = parse(bytes)
  if (isTooDeep(value))
    throw new Failure('invalid_request', {
      message: `The body is nested deeper than ${maxJsonDepth} levels.`,
    })
  return value
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch {
    throw new Failure('invalid_request', { message: 'The body is not JSON in UTF-8.' })
  }
}

const tooLarge = (maxBytes: number) =>
  new Failure('payload_too_large', { message: `The body is larger than ${maxBytes} bytes.` })

/** Reads a whole body; past `maxBytes` a `payload_too_large` failure, and the rest is not kept. */
export async function readBytes(
  stream: AsyncIterable<Uint8Array> & { headers?: Record<string, unknown>; resume?: () => unknown },
  maxBytes: number,
): Promise<Buffer> {
  if (Number(stream.headers?.['content-length'] ?? 0) > maxBytes) {
    stream.resume?.()
    throw tooLarge(maxBytes)
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
