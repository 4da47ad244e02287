import type { IncomingHttpHeaders } from 'node:http'
import type { Dialect, Refusal } from '@codelab/demo-model/dialect'
import { anthropicFrames, anthropicWhole, eventFrame } from './anthropic-frames.ts'
import { acceptAnthropic, versions } from './anthropic-request.ts'
import { type StandIn, type StandInOptions, startStandIn } from './stand-in.ts'

export type AnthropicOptions = StandInOptions & {
  readonly models?: readonly string[]
  /** The only key that is accepted; any, when absent. */
  readonly apiKey?: string
}

const usualModels = [
  'claude-3-opus',
  'claude-3-opus-20240229',
  'claude-sonnet-4-5',
  'claude-haiku-4-5',
]

/** Stands in for Anthropic: messages and models below `<url>/v1`; key and version headers are required. */
export const startAnthropic = ({
  models = usualModels,
  apiKey,
  ...options
}: AnthropicOptions): Promise<StandIn> => startStandIn(anthropicDialect(models, apiKey), options)

const typeByStatus: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

const anthropicDialect = (models: readonly string[], apiKey: string | undefined): Dialect => ({
  completionPath: '/v1/messages',
  contentType: 'text/event-stream; charset=utf-8',
  headers: (requestId) => ({
    'request-id': requestId,
    'anthropic-organization-id': '00000000-0000-0000-0000-000000000000',
    'cache-control': 'no-cache',
  }),
  refuseHeaders: (headers) => refuseHeaders(headers, apiKey),
  accept: (body, headers) => acceptAnthropic(body, String(headers['anthropic-version']), models),
  frames: anthropicFrames,
  whole: anthropicWhole,
  failure: (refusal, requestId) => ({
    type: 'error',
    error: { type: typeOf(refusal), message: refusal.message },
    request_id: requestId,
  }),
  errorFrame: () =>
    eventFrame({
      type: 'error',
      ...{ error: { type: 'overloaded_error', message: 'Overloaded' } },
    }),
  garbage: 'event: content_block_delta\ndata: {"type":"content_block_\n\n',
  unknownRoute: () => ({ status: 404, message: 'Not found' }),
  routes: {
    'GET /v1/models': () => ({
      status: 200,
      body: {
        data: models.map(modelEntry),
        has_more: false,
        first_id: models[0] ?? null,
        last_id: models.at(-1) ?? null,
      },
    }),
  },
})

const modelEntry = (id: string) => ({
  type: 'model',
  id,
  display_name: id,
  created_at: '2025-01-01T00:00:00Z',
})

const typeOf = ({ status }: Refusal): string =>
  typeByStatus[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error')

/** The key comes as `x-api-key`, or as a bearer token, as the official clients send it since version 2026-10-21. */
function refuseHeaders(
  headers: IncomingHttpHeaders,
  expected: string | undefined,
): Refusal | undefined {
  const key = headers['x-api-key'] || /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1]
  if (!key) return { status: 401, message: 'x-api-key header is required' }
  if (expected !== undefined && key !== expected) {
    return { status: 401, message: 'invalid x-api-key' }
  }
  const version = headers['anthropic-version']
  if (version === undefined)
    return { status: 400, message: 'anthropic-version: header is required' }
  return versions.includes(String(version))
    ? undefined
    : { status: 400, message: `anthropic-version: "${String(version)}" is not a valid version` }
}
