import type { Dispatcher } from 'undici'
import type { Deadline } from './deadline.ts'
import { failureOfAnswer } from './failure-of-answer.ts'
import { failureOfError } from './failure-of-error.ts'

export type UpstreamAnswer = Dispatcher.ResponseData

export type UpstreamRequest = {
  readonly provider: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: unknown
}

/** Enough of a refusal to read its reason. */
const refusalLimit = 65_536

const textOf = async (body: AsyncIterable<Buffer>): Promise<string> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size > refusalLimit) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** A base URL may name a user of a proxy before the vendor; it is sent as HTTP has it, unless a key takes its place. */
const basicOf = ({ username, password }: URL): Record<string, string> => {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** Posts JSON to a vendor and gives its answer of status 200. Redirects are not followed: they could carry the key elsewhere. */
export const openUpstream = async (
  dispatcher: Dispatcher,
  { provider, url, headers, body }: UpstreamRequest,
  deadline: Deadline,
  now: () => number,
): Promise<UpstreamAnswer> => {
  try {
    const target = new URL(url)
    const answer = await dispatcher.request({
      origin: target.origin,
      path: target.pathname + target.search,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'codelab',
        ...basicOf(target),
        ...headers,
      },
      body: JSON.stringify(body),
      signal: deadline.signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    // Whoever reads the body hears of its errors; one that comes after the reader has left concerns nobody.
    answer.body.on('error', () => {})
    if (answer.statusCode === 200) return answer
    const text = await textOf(answer.body)
    throw failureOfAnswer(
      provider,
      { status: answer.statusCode, headers: answer.headers, text },
      now(),
    )
  } catch (error) {
    throw reasonOf(provider, error, deadline.signal)
  }
}

/** Why a try ended: our own clock or the caller's leave come first, then whatever the network said. */
export const reasonOf = (provider: string, error: unknown, signal: AbortSignal): unknown =>
  signal.aborted ? signal.reason : failureOfError(provider, error)
