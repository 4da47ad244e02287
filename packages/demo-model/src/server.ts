import { startModelServer } from './model-server.ts'
import { openaiDialect } from './openai-dialect.ts'
import type { Exchange } from './responder.ts'
import { demoReply } from './script.ts'

/** The model of the demo server that talks. */
export const demoModel = 'codelab-demo'
/** Makes vectors of words and letter triples: near for texts that share words, not for those that share a meaning. */
export const demoEmbedding = 'codelab-demo-embedding'

/** Quick to read along with, and still visibly a stream. */
const defaultTokensPerSecond = 100

export type DemoModelOptions = {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** For messages that wish no pace of their own; 0 sends as fast as the reader takes it. Default 100. */
  readonly tokensPerSecond?: number
  readonly log?: { info(fields: object, message: string): void }
}

export type DemoModel = { readonly url: string; readonly close: () => Promise<void> }

/**
 * Starts the demo model: OpenAI's chat completions, models and embeddings below `<url>/v1`, any key or none.
 * Rejects when the port is taken. `close` breaks off every open answer.
 */
export async function startDemoModel(options: DemoModelOptions): Promise<DemoModel> {
  const { host, port, tokensPerSecond = defaultTokensPerSecond, log } = options
  const server = await startModelServer({
    host,
    port,
    dialect: openaiDialect([demoModel, demoEmbedding], 'codelab'),
    pace: { firstTokenAfterMs: 0, tokensPerSecond },
    answer: ({ request }) => demoReply(request),
    observe: (exchange) => {
      if (exchange.finished) log?.info(fieldsOf(exchange), 'demo model request finished')
    },
  })
  return { url: server.url, close: () => server.close() }
}

const fieldsOf = ({ method, path, status, aborted }: Exchange) => ({
  method,
  path,
  status,
  aborted,
})
