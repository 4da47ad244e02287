import { EmbeddingRequest } from '@codelab/contracts/openai'
import type { Answer, Dialect, Refusal } from './dialect.ts'
import { embed, toBase64 } from './embedding.ts'
import { dataFrame, openaiFrames, openaiWhole } from './openai-frames.ts'
import { acceptOpenAI, formRefusal, invalid, unknownModel } from './openai-request.ts'
import { countTokens } from './tokens.ts'

const typeByStatus: Readonly<Record<number, string>> = {
  401: 'invalid_request_error',
  403: 'invalid_request_error',
  404: 'invalid_request_error',
  413: 'invalid_request_error',
  429: 'requests',
}

const errorOf = ({ status, message, type, param, code }: Refusal) => ({
  message,
  type: type ?? typeByStatus[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error'),
  param: param ?? null,
  code: code ?? (status === 429 ? 'rate_limit_exceeded' : null),
})

/** OpenAI's chat completions, model list and embeddings for these models. `created`: Unix seconds in the model list. */
export const openaiDialect = (models: readonly string[], ownedBy: string): Dialect => ({
  completionPath: '/v1/chat/completions',
  contentType: 'text/event-stream; charset=utf-8',
  headers: (requestId) => ({
    'x-request-id': requestId,
    'openai-version': '2020-10-01',
    'openai-processing-ms': '1',
    'cache-control': 'no-cache',
  }),
  accept: (body) => acceptOpenAI(body, models),
  frames: openaiFrames,
  whole: openaiWhole,
  failure: (refusal) => ({ error: errorOf(refusal) }),
  errorFrame: () =>
    dataFrame({
      error: errorOf({
        status: 500,
        message: 'The server had an error while processing your request. Sorry about that!',
      }),
    }),
  garbage: 'data: {"id":"chatcmpl-\n\n',
  unknownRoute: (route) => ({ ...invalid(`Invalid URL (${route})`), status: 404 }),
  routes: {
    'GET /v1/models': () => ({
      status: 200,
      body: { object: 'list', data: models.map((id) => modelEntry(id, ownedBy)) },
    }),
    'POST /v1/embeddings': (body) => embeddings(body, models),
    ...Object.fromEntries(
      models.map((id) => [
        `GET /v1/models/${id}`,
        () => ({ status: 200, body: modelEntry(id, ownedBy) }),
      ]),
    ),
  },
})

const modelEntry = (id: string, ownedBy: string) => ({
  id,
  object: 'model',
  created: 1_735_689_600,
  owned_by: ownedBy,
})

function embeddings(body: unknown, models: readonly string[]): Answer | Refusal {
  const read = EmbeddingRequest.safeParse(body)
  if (!read.success) return formRefusal(read.error, body)
  const { model, input, encoding_format: format, dimensions } = read.data
  if (!models.includes(model)) return unknownModel(model)
  const size = typeof dimensions === 'number' ? dimensions : undefined
  if (size !== undefined && !(Number.isInteger(size) && size >= 1 && size <= 4096)) {
    return invalid(
      "Invalid value for 'dimensions': must be a whole number from 1 to 4096.",
      'dimensions',
    )
  }
  const texts = [input].flat()
  const tokens = texts.reduce((sum, text) => sum + countTokens(text), 0)
  const data = texts.map((text, index) => {
    const vector = embed(text, size)
    return {
      object: 'embedding',
      index,
      embedding: format === 'base64' ? toBase64(vector) : vector,
    }
  })
  return {
    status: 200,
    body: { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } },
  }
}
