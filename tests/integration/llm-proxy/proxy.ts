import { readEventStream } from '@codelab/runtime/sse'
import { readSettings } from '@codelab/runtime/settings'
import { type CompletionReply, StreamPart } from '@codelab/contracts/agent-llm'
import type { FailureBody } from '@codelab/contracts/errors'
import { Config } from '@codelab/llm-proxy/config'
import { start } from '@codelab/llm-proxy/start'
import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'

type Reply = CompletionReply & { error: FailureBody['error'] }
export type Proxy = Awaited<ReturnType<typeof startProxy>>

export const serviceToken = 'internal-token-of-the-tests'

/** Short waits, so that three tries take no time. */
const quick = {
  LLM_RETRY_MIN_MS: '5',
  LLM_RETRY_MAX_MS: '20',
  LLM_TIMEOUT_MS: '5000',
  LLM_STALL_TIMEOUT_MS: '5000',
  BREAKER_FAILURES: '100',
}

const local = {
  LLM_PROXY_HOST: '127.0.0.1',
  LLM_PROXY_PORT: '0',
  ADMIN_HOST: '127.0.0.1',
  ADMIN_PORT: '0',
  INTERNAL_SERVICE_TOKEN: serviceToken,
  LOG_LEVEL: 'silent',
}

/** An address where nobody listens, for the Ollama that must not be found. */
const nobody = 'http://127.0.0.1:9'

export const asks = (content: string) => [{ role: 'user' as const, content }]

/** A connection on which a streamed answer has been asked for, to be read or ended as a test likes. */
export function askFor(url: string, path: string): Socket {
  const { hostname, port, host } = new URL(url)
  const body = JSON.stringify({ model: 'gpt-4o', messages: asks('Hi'), stream: true })
  const socket = connect(Number(port), hostname)
  socket.write(
    [
      `POST ${path} HTTP/1.1`,
      `host: ${host}`,
      `authorization: Bearer ${serviceToken}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  )
  return socket
}

/** A running llm-proxy with the vendors of the variables, and how to talk to it as our services do. */
export async function startProxy(env: Record<string, string>) {
  const settings = { ...local, ...quick, OLLAMA_BASE_URL: nobody, ...env }
  const running = await start(readSettings(Config, settings))

  const post = (
    path: string,
    body: unknown,
    { headers = {}, signal }: { headers?: Record<string, string>; signal?: AbortSignal } = {},
  ): Promise<Response> =>
    fetch(running.url + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${serviceToken}`,
        'content-type': 'application/json',
        'x-user-id': 'user-1',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(signal && { signal }),
    })

  return {
    ...running,
    post,
    get: (path: string, authorization = `Bearer ${serviceToken}`): Promise<Response> =>
      fetch(running.url + path, { headers: { authorization } }),
    /** A whole completion: status and body. */
    async complete(body: object) {
      const response = await post('/api/v1/completion', body)
      const reply = (await response.json()) as Reply
      return { status: response.status, headers: response.headers, body: reply }
    },
    /** A streamed completion, read to its end; each part is checked against the contract. */
    async stream(body: object): Promise<StreamPart[]> {
      const response = await post('/api/v1/completion', { ...body, stream: true })
      if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
      const parts: StreamPart[] = []
      for await (const { data } of readEventStream(Readable.fromWeb(response.body as never))) {
        parts.push(StreamPart.parse(JSON.parse(data)))
      }
      return parts
    },
    /** The value of a metric, as `name{label="value"}` shows it. */
    async metric(line: string): Promise<number | undefined> {
      const text = await (await fetch(`${running.adminUrl}/metrics`)).text()
      const found = text.split('\n').find((each) => each.startsWith(`${line} `))
      return found === undefined ? undefined : Number(found.split(' ').at(-1))
    },
  }
}

/** The text of an answer. */
export const textOf = (parts: readonly StreamPart[]): string =>
  parts.map((part) => (part.type === 'content' ? part.content : '')).join('')
