import type { Answer, Dialect, Refusal } from '@codelab/demo-model/dialect'
import { embed } from '@codelab/demo-model/embedding'
import { countTokens } from '@codelab/demo-model/tokens'
import { z } from 'zod'
import { line, ollamaFrames, ollamaWhole } from './ollama-frames.ts'
import { acceptOllama, ChatRequest, isThere, modelMissing } from './ollama-request.ts'
import { type StandIn, type StandInOptions, startStandIn } from './stand-in.ts'

export type OllamaOptions = StandInOptions & {
  /** Full names, with their tags. */
  readonly models?: readonly string[]
  /** Models among them that refuse requests with tools. */
  readonly withoutTools?: readonly string[]
  readonly contextLength?: number
}

/** Stands in for Ollama's native API below `<url>/api`; it asks for no key. */
export const startOllama = ({
  models = ['llama2:latest', 'llama3.2:latest', 'nomic-embed-text:latest'],
  withoutTools = [],
  contextLength = 8192,
  ...options
}: OllamaOptions): Promise<StandIn> =>
  startStandIn(ollamaDialect({ models, withoutTools, contextLength }), options)

type Library = Required<Pick<OllamaOptions, 'models' | 'withoutTools' | 'contextLength'>>

const ollamaDialect = ({ models, withoutTools, contextLength }: Library): Dialect => ({
  completionPath: '/api/chat',
  contentType: 'application/x-ndjson',
  headers: () => ({}),
  accept: (body) => {
    const accepted = acceptOllama(body, models)
    const isRefused = 'model' in accepted && isThere(accepted.model, withoutTools)
    return isRefused && (ChatRequest.parse(body).tools ?? []).length > 0
      ? {
          status: 400,
          message: `registry.ollama.ai/library/${accepted.model} does not support tools`,
        }
      : accepted
  },
  frames: ollamaFrames,
  whole: ollamaWhole,
  failure: ({ message }) => ({ error: message }),
  errorFrame: () =>
    line({ error: 'an error was encountered while running the model: unexpected EOF' }),
  garbage: '{"model":"\n',
  unknownRoute: () => ({ status: 404, message: '404 page not found' }),
  routes: {
    'GET /api/version': () => ({ status: 200, body: { version: '0.12.6' } }),
    'GET /api/tags': () => ({ status: 200, body: { models: models.map(tagOf) } }),
    'POST /api/show': (body) => show(body, { models, withoutTools, contextLength }),
    'POST /api/embed': (body) => embedAll(body, models),
  },
})

const details = {
  parent_model: '',
  format: 'gguf',
  family: 'llama',
  families: ['llama'],
  parameter_size: '3.2B',
  quantization_level: 'Q4_K_M',
}

const tagOf = (name: string) => ({
  name,
  model: name,
  modified_at: '2025-01-01T00:00:00Z',
  size: 2_019_393_189,
  digest: 'a80c4f17acd55265feec403c7aef86be0c25983ab279d83f3bcd3abbcb5b8b72',
  details,
})

function show(body: unknown, { models, withoutTools, contextLength }: Library): Answer | Refusal {
  const { model = '', name } = z
    .looseObject({ model: z.string().optional(), name: z.string().optional() })
    .parse(body ?? {})
  const wanted = model || name
  if (!wanted) return { status: 400, message: 'model is required' }
  if (!isThere(wanted, models)) return modelMissing(wanted)
  const chats = isThere(wanted, withoutTools) ? ['completion'] : ['completion', 'tools']
  return {
    status: 200,
    body: {
      modelfile: `FROM ${wanted}`,
      parameters: 'stop "<|eot_id|>"',
      template: '{{ .Prompt }}',
      details,
      model_info: {
        'general.architecture': 'llama',
        'general.parameter_count': 3_212_749_888,
        'llama.context_length': contextLength,
        'llama.embedding_length': 3072,
      },
      capabilities: wanted.includes('embed') ? ['embedding'] : chats,
      modified_at: '2025-01-01T00:00:00Z',
    },
  }
}

const EmbedRequest = z.looseObject({
  model: z.string().optional(),
  input: z.union([z.string(), z.array(z.string())]),
})

function embedAll(body: unknown, models: readonly string[]): Answer | Refusal {
  const read = EmbedRequest.safeParse(body ?? {})
  if (!read.success) return { status: 400, message: 'invalid input type' }
  const { model = '', input } = read.data
  if (!isThere(model, models)) return modelMissing(model)
  const texts = [input].flat()
  return {
    status: 200,
    body: {
      model,
      embeddings: texts.map((text) => embed(text)),
      total_duration: 3_000_000,
      load_duration: 2_000_000,
      prompt_eval_count: texts.reduce((sum, text) => sum + countTokens(text), 0),
    },
  }
}
