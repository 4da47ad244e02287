import { Agent, request } from 'node:http'

export type DirectReader = {
  /** Called with each piece of text and the moment of its arrival. */
  onPiece: (text: string, at: number) => void
}

const agent = new Agent({ keepAlive: true })

/** Calls a model server as a program without CodeLab would: one kept connection, one request, its stream read to the end. */
export function callDirectly(url: string, body: string, { onPiece }: DirectReader): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${url}/v1/chat/completions`,
      {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', authorization: 'Bearer sk-bench' },
      },
      (response) => {
        let rest = ''
        response.on('data', (chunk: Buffer) => {
          const at = performance.now()
          const events = (rest + chunk.toString()).split('\n\n')
          rest = events.pop()!
          for (const event of events) {
            const text = event === 'data: [DONE]' ? '' : textOf(event)
            if (text !== '') onPiece(text, at)
          }
        })
        response.on('end', () =>
          response.statusCode === 200
            ? resolve()
            : reject(new Error(`the model answered ${String(response.statusCode)}: ${rest}`)),
        )
      },
    )
    call.on('error', reject)
    call.end(body)
  })
}

type Chunk = { choices?: { delta?: { content?: string | null } }[] }

const textOf = (event: string): string =>
  (JSON.parse(event.slice('data: '.length)) as Chunk).choices?.[0]?.delta?.content ?? ''
