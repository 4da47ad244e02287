import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const pacedModelName = 'gpt-4o'

export type PacedModel = {
  readonly url: string
  /** What was written in answer to the message with this text, for comparison with what arrived. */
  said(message: string): string | undefined
  close(): Promise<void>
}

type Body = { messages: { role: string; content: unknown }[] }

/** The message asks for a number of tokens in its first word. */
export const messageFor = (tokens: number, label: string) => `${tokens} tokens for ${label}`

const frame = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    created: 1_735_689_600,
    model: pacedModelName,
    choices: [{ index: 0, delta, finish_reason: finish }],
  })}\n\n`
const end = (tokens: number) =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    created: 1_735_689_600,
    model: pacedModelName,
    choices: [],
    usage: { prompt_tokens: 1, completion_tokens: tokens, total_tokens: tokens + 1 },
  })}\n\ndata: [DONE]\n\n`

async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString()) as Body
}

type Pace = {
  readonly tokensPerSecond: number
  /** Instead of the moment of its writing. */
  readonly tokenAt?: (index: number) => string
}

/**
 * Streams tokens in OpenAI's wire format at a steady pace. Each token is the moment of its writing, by this process's clock, so that a
 * reader in the same process knows how long it was on its way, however tokens were joined or cut.
 */
async function play(
  response: ServerResponse,
  { count, tokensPerSecond, tokenAt }: Pace & { count: number },
): Promise<string> {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(frame({ role: 'assistant', content: '' }))
  const began = performance.now()
  let said = ''
  for (let token = 0; token < count && !response.destroyed; token += 1) {
    const wait = began + (token * 1000) / tokensPerSecond - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    const content = tokenAt?.(token) ?? `${performance.now().toFixed(3)} `
    said += content
    response.write(frame({ content }))
  }
  response.end(frame({}, 'stop') + end(count))
  return said
}

/** The moments that a piece of text holds. */
export const momentsIn = (text: string): number[] =>
  text.split(' ').flatMap((moment) => (moment === '' ? [] : [Number(moment)]))

/** Starts the model on a free port of this machine; `tokenAt` gives it other words. */
export async function startPacedModel(
  tokensPerSecond: number,
  tokenAt?: Pace['tokenAt'],
): Promise<PacedModel> {
  const said = new Map<string, string>()
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url !== '/v1/chat/completions') {
      response.setHeader('content-type', 'application/json')
      return void response.end(JSON.stringify({ object: 'list', data: [{ id: pacedModelName }] }))
    }
    const { messages } = await readBody(request)
    const message = String(messages.findLast(({ role }) => role === 'user')?.content)
    const pace = { tokensPerSecond, ...(tokenAt && { tokenAt }) }
    const text = await play(response, { count: parseInt(message, 10), ...pace })
    said.set(message, text)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    said: (message) => said.get(message),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
