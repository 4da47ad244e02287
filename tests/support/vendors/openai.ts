import type { Refusal } from '@codelab/demo-model/dialect'
import { openaiDialect } from '@codelab/demo-model/openai-dialect'
import { type StandIn, type StandInOptions, startStandIn } from './stand-in.ts'

export type OpenAIOptions = StandInOptions & {
  readonly models?: readonly string[]
  /** The only key that is accepted; any, when absent. */
  readonly apiKey?: string
}

const usualModels = ['gpt-4o', 'gpt-4o-mini', 'gpt-4', 'gpt-3.5-turbo', 'text-embedding-3-small']

/** Stands in for OpenAI: chat completions, models and embeddings below `<url>/v1`; a key is required. */
export const startOpenAI = ({
  models = usualModels,
  apiKey,
  ...options
}: OpenAIOptions): Promise<StandIn> =>
  startStandIn(
    {
      ...openaiDialect(models, 'openai'),
      refuseHeaders: ({ authorization }) => refuseKey(authorization, apiKey),
    },
    options,
  )

function refuseKey(
  authorization: string | undefined,
  expected: string | undefined,
): Refusal | undefined {
  const key = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1]
  if (key === undefined) {
    return {
      status: 401,
      message:
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    }
  }
  return expected === undefined || key === expected
    ? undefined
    : {
        status: 401,
        message: `Incorrect API key provided: ${key.slice(0, 3)}***. You can find your API key at https://platform.openai.com/account/api-keys.`,
        code: 'invalid_api_key',
      }
}
