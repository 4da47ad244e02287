import { z } from 'zod'
import * as contracts from '@codelab/contracts/client-gateway'
import { FailureBody, failures, type FailureCode } from '@codelab/contracts/errors'
import type { Route } from '@codelab/contracts/route'
import { serverVersion } from '../version.ts'

/** Every public route, in the order of the contracts. */
export const documentedRoutes: readonly Route[] = [
  contracts.postMessage,
  contracts.listSessions,
  contracts.readSession,
  contracts.changeSession,
  contracts.deleteSession,
  contracts.listMessages,
  contracts.listModels,
  contracts.listApprovals,
  contracts.readUsage,
  contracts.startJob,
  contracts.listJobs,
  contracts.readJob,
  contracts.cancelJob,
] as unknown as Route[] // a list of routes forgets their schemas' types

type Json = Record<string, unknown>

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

const json = (schema: Json) => ({ 'application/json': { schema } })

const parametersOf = (schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] => {
  if (!schema) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }))
}

/** One entry per status; the codes that share it are named. */
function failureReplies(codes: readonly FailureCode[]): Json {
  const byStatus = Map.groupBy(codes, (code) => failures[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, sharing]) => [
      String(status),
      {
        description: sharing.map((code) => `\`${code}\`: ${failures[code].message}`).join(' '),
        ...(status === 429 && { headers: { 'Retry-After': { schema: { type: 'integer' } } } }),
        content: json({ $ref: '#/components/schemas/Failure' }),
      },
    ]),
  )
}

const operationId = (route: Route): string =>
  `${route.method}_${route.path.replaceAll(/[^a-z]+/g, '_').replace(/^_|_$/g, '')}`

const operationOf = (route: Route): Json => ({
  operationId: operationId(route),
  summary: route.summary,
  security: [{ bearer: ['workspace'] }, { oauth: ['workspace'] }],
  parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
  ...(route.body && {
    requestBody: { required: true, content: json(schemaOf(route.body, 'input')) },
  }),
  responses: {
    [route.status]: {
      description: route.reply ? 'Done.' : 'Done; there is nothing to say.',
      ...(route.reply && { content: json(schemaOf(route.reply, 'output')) }),
    },
    ...failureReplies([...new Set<FailureCode>([...route.fails, 'forbidden'])]),
  },
})

const healthOperation: Json = {
  operationId: 'get_health',
  summary: 'Whether every part of the workspace answers.',
  security: [],
  responses: Object.fromEntries(
    [
      [200, 'All parts answer.'],
      [503, 'At least one part does not answer.'],
    ].map(([status, description]) => [
      String(status),
      { description, content: json(schemaOf(contracts.Health, 'output')) },
    ]),
  ),
}

const openApiPath = (path: string): string => path.replaceAll(/:([a-z_]+)/g, '{$1}')

/** The OpenAPI 3.1 document of the public REST routes, out of the contracts alone. */
export function openApiDocument(issuer: string): Json {
  const paths: Record<string, Json> = { '/health': { get: healthOperation } }
  for (const route of documentedRoutes) {
    paths[openApiPath(route.path)] = {
      ...paths[openApiPath(route.path)],
      [route.method]: operationOf(route),
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'CodeLab workspace',
      version: serverVersion,
      description:
        'Conversations also run over a WebSocket at `/ws/{session_id}`; models are reachable in OpenAI form below `/v1`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: issuer }],
    paths,
    components: {
      schemas: { Failure: schemaOf(FailureBody, 'output') },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        oauth: {
          type: 'oauth2',
          flows: {
            authorizationCode: {
              authorizationUrl: `${issuer}/oauth/authorize`,
              tokenUrl: `${issuer}/oauth/token`,
              refreshUrl: `${issuer}/oauth/token`,
              scopes: { workspace: 'Work in this workspace.' },
            },
          },
        },
      },
    },
  }
}
