import { failureBody, type Failure } from '@codelab/runtime/failure'
import type { Destination } from './destination.ts'

/** RFC 6749 has a few words only for what can go wrong; the nearest one. */
const oauthError = (failure: Failure): string =>
  failure.status >= 500 ? 'temporarily_unavailable' : 'invalid_request'

const openAIType = (failure: Failure): string =>
  failure.status >= 500 ? 'api_error' : 'invalid_request_error'

/** A failure in the form that clients of these paths read: RFC 6749's for auth, OpenAI's for `/v1`. */
export function failureForm(destination: Destination, failure: Failure, requestId: string): object {
  if (destination === 'auth') {
    return { error: oauthError(failure), error_description: failure.message }
  }
  const { error } = failureBody(failure, requestId)
  return {
    error: {
      message: error.message,
      type: openAIType(failure),
      param: error.field ?? null,
      code: error.code,
    },
  }
}
