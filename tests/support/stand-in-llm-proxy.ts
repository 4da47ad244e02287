import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CompletionRequest, StreamPart } from '@codelab/contracts/agent-llm'
import { embed } from '@codelab/demo-model/embedding'

/** What the stand-in does next: a part to send, a promise to wait for, or the end of the connection in the middle. */
export type Act = StreamPart | Promise<unknown> | 'cut'
/** A failure before the first part. */
export type Refusal = { status: number; code: string; message: string }
export type Script = (request: CompletionRequest, count: number) => readonly Act[] | Refusal

export const say = (...pieces: string[]): StreamPart[] =>
  pieces.map((content) => ({ type: 'content', content }))

export const call = (name: string, args: Record<string, unknown>): StreamPart => ({
  type: 'tool_call',
  id: `vendor-${Math.random().toString(36).slice(2)}`,
  name,
  arguments: args,
})

export const done = (finish: 'stop' | 'length' | 'tool_calls' | 'content_filter' = 'stop') =>
  [
    { type: 'usage', input_tokens: 7, output_tokens: 3 },
    { type: 'done', finish_reason: finish, model: 'stand-in', provider: 'stand-in', attempts: 1 },
  ] satisfies StreamPart[]

export const answer = (...pieces: string[]): StreamPart[] => [...say(...pieces), ...done()]
export const calls = (...asked: StreamPart[]): StreamPart[] => [...asked, ...done('tool_calls')]

/** What one call for embeddings asked for. */
export type EmbeddingAsk = { model: string; input: string[]; userId: string | undefined }
/** What becomes of such a call: a promise to wait for first, a failure, or vectors of words. */
export type EmbeddingScript = (
  ask: EmbeddingAsk,
  count: number,
) => Promise<unknown> | Refusal | undefined

const body = async <Body = CompletionRequest>(request: IncomingMessage) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString()) as Body
}

const refuse = (response: ServerResponse, { status, code, message }: Refusal) => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: { code, message, request_id: 'r' } }))
}

/** An llm-proxy with a script: speaks `StreamPart` over SSE and remembers what it was asked. */
export async function startStandInLlmProxy(script: Script) {
  const requests: CompletionRequest[] = []
  const headers: IncomingMessage['headers'][] = []
  let aborted = 0
  let current = script
  const embeddings: EmbeddingAsk[] = []
  let embedding: EmbeddingScript = () => undefined

  const countAborted = (response: ServerResponse) =>
    response.on('close', () => {
      if (!response.writableFinished) aborted += 1
    })

  const makeVectors = async (request: IncomingMessage, response: ServerResponse) => {
    const { model, input } = await body<{ model: string; input: string | string[] }>(request)
    const userId = request.headers['x-user-id'] as string | undefined
    const ask: EmbeddingAsk = { model, input: [input].flat(), userId }
    embeddings.push(ask)
    countAborted(response)
    const act = embedding(ask, embeddings.length)
    if (act && 'status' in act) return refuse(response, act)
    await act
    response.setHeader('content-type', 'application/json')
    const reply = { model, embeddings: ask.input.map((text) => embed(text)) }
    return void response.end(JSON.stringify({ ...reply, usage: { input_tokens: 1 } }))
  }

  const complete = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = await body(request)
    requests.push(asked)
    headers.push(request.headers)
    const acts = current(asked, requests.length)
    if ('status' in acts) return refuse(response, acts)
    countAborted(response)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    for (const act of acts) {
      if (act === 'cut') return void response.destroy()
      if (act instanceof Promise) await act
      else response.write(`data: ${JSON.stringify(act)}\n\n`)
    }
    response.end()
  }

  const server = createServer((request, response) => {
    if (request.url === '/api/v1/models') {
      const model = {
        id: 'stand-in',
        provider: 'stand-in',
        context_window: 8000,
        max_output_tokens: 1000,
        supports_tools: true,
        supports_vision: false,
        available: true,
      }
      response.setHeader('content-type', 'application/json')
      const list = { models: [model], default: 'stand-in', embedding_models: ['stand-in-words'] }
      response.end(JSON.stringify(list))
      return
    }
    const answered =
      request.url === '/api/v1/embeddings'
        ? makeVectors(request, response)
        : complete(request, response)
    answered.catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    headers,
    /** The calls for embeddings, in their order. */
    embeddings,
    playEmbeddings(next: EmbeddingScript) {
      embedding = next
    },
    /** Connections that the other side gave up. */
    aborted: () => aborted,
    play(next: Script) {
      current = next
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
