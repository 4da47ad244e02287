import type { z } from 'zod'
import type { OpenAIFailure } from '@codelab/contracts/openai'
import type { Failure } from '@codelab/runtime/failure'

/** OpenAI's own codes where it has one for the case. */
const code = ({ code: ours, field }: Failure): string => {
  if (ours === 'unauthorized') return 'invalid_api_key'
  return ours === 'not_found' && field === 'model' ? 'model_not_found' : ours
}

const typeOf = (status: number): string => {
  if (status === 401) return 'authentication_error'
  if (status === 403) return 'permission_error'
  if (status === 429) return 'rate_limit_error'
  return status >= 500 ? 'server_error' : 'invalid_request_error'
}

/** A failure in OpenAI's form. */
export const dialectFailure = (failure: Failure): z.infer<typeof OpenAIFailure> => ({
  error: {
    message: failure.message,
    type: typeOf(failure.status),
    param: failure.field ?? null,
    code: code(failure),
  },
})
