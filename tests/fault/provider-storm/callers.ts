import { StreamPart } from '@codelab/contracts/agent-llm'
import { readEventStream } from '@codelab/runtime/sse'
import { Agent } from 'undici'

export type Asked = {
  readonly model: string
  readonly at: number
  readonly ms: number
  readonly outcome: 'whole' | 'broken' | 'refused'
}

/** Asks for completions of some models at a steady rate, whether earlier ones have been answered or not. */
export function startCallers(
  llmProxy: string,
  token: string,
  { models, perSecond }: { models: () => readonly string[]; perSecond: number },
) {
  const connections = new Agent()
  const begun: { readonly model: string; readonly at: number }[] = []
  const asked: Asked[] = []
  const under = new Set<Promise<void>>()

  const complete = async (model: string): Promise<Asked['outcome']> => {
    const { statusCode, body } = await connections.request({
      origin: llmProxy,
      path: '/api/v1/completion',
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }], stream: true }),
    })
    if (statusCode !== 200) {
      await body.dump()
      return 'refused'
    }
    let last: StreamPart | undefined
    for await (const { data } of readEventStream(body)) last = StreamPart.parse(JSON.parse(data))
    return last?.type === 'done' ? 'whole' : 'broken'
  }
  const ask = (model: string) => {
    const at = performance.now()
    begun.push({ model, at })
    const asking = complete(model)
      .catch((): Asked['outcome'] => 'broken')
      .then((outcome) => void asked.push({ model, at, ms: performance.now() - at, outcome }))
      .finally(() => under.delete(asking))
    under.add(asking)
  }
  const timer = setInterval(() => models().forEach(ask), 1_000 / perSecond)

  return {
    /** Requests of the time between, whatever became of them. */
    begun: (model: string, since: number, until: number): number =>
      begun.filter((one) => one.model === model && one.at >= since && one.at < until).length,
    /** Those among them that have ended. */
    asked: (model: string, since: number, until = Infinity): Asked[] =>
      asked.filter((one) => one.model === model && one.at >= since && one.at < until),
    async stop() {
      clearInterval(timer)
      await Promise.all(under)
      await connections.close()
    },
  }
}
