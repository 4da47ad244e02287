import type { Dispatcher } from 'undici'
import { type AnswerBody, type Arriving, createAnswerBody } from './answer-body.ts'
import type { Deadline } from './deadline.ts'
import { failureOfAnswer } from './failure-of-answer.ts'
import { failureOfError } from './failure-of-error.ts'

export type UpstreamAnswer = {
  readonly statusCode: number
  readonly headers: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2]
  readonly body: AnswerBody
}

export type UpstreamRequest = {
  readonly provider: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: unknown
}

/** Enough of a refusal to read its reason. */
const refusalLimit = 65_536

const refusalOf = async (body: AnswerBody): Promise<string> => {
  const chunks: Buffer[] = []
  let size = 0
  for (let chunk = await body.next(); chunk; chunk = await body.next()) {
    chunks.push(chunk)
    size += chunk.length
    if (size > refusalLimit) break
  }
  body.destroy()
  return Buffer.concat(chunks).toString('utf8')
}

/** The whole of an answer as text. */
export const textOf = async (body: AnswerBody): Promise<string> => {
  const chunks: Buffer[] = []
  for (let chunk = await body.next(); chunk; chunk = await body.next()) chunks.push(chunk)
  return new TextDecoder().decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))
}

/** Sends a request and resolves when its answer has begun. The signal ends it at any time, also while it waits for a connection. */
const send = (
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<UpstreamAnswer> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted()
    let connection: Dispatcher.DispatchController | undefined
    let arriving: Arriving | undefined
    const leave = (): void => {
      reject(signal.reason as Error)
      connection?.abort(signal.reason as Error)
    }
    signal.addEventListener('abort', leave, { once: true })
    const over = (): void => signal.removeEventListener('abort', leave)
    dispatcher.dispatch(options, {
      onRequestStart(controller) {
        connection = controller
        if (signal.aborted) leave()
      },
      onResponseStart(controller, statusCode, headers) {
        if (statusCode < 200) return
        arriving = createAnswerBody(controller)
        resolve({ statusCode, headers, body: arriving.body })
      },
      onResponseData: (_, chunk) => arriving?.came(chunk),
      onResponseEnd() {
        over()
        arriving?.ended()
      },
      onResponseError(_, error) {
        over()
        arriving?.failed(error)
        reject(error)
      },
    })
  })

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
    const options: Dispatcher.DispatchOptions = {
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
      headersTimeout: 0,
      bodyTimeout: 0,
    }
    const answer = await send(dispatcher, options, deadline.signal)
    if (answer.statusCode === 200) return answer
    const text = await refusalOf(answer.body)
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
