import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as contracts from '@codelab/contracts/client-gateway'
import { documentedRoutes, openApiDocument } from '@codelab/gateway/openapi/document'
import { serverVersion } from '@codelab/gateway/version'
import { restHandlers } from '@codelab/gateway/routes/rest'

const packageJson = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../services/gateway/package.json'), 'utf8'),
) as { version: string }

type Json = Record<string, unknown>
type Operation = {
  operationId: string
  summary: string
  security: Json[]
  parameters?: { name: string; in: string; required: boolean; schema: Json }[]
  requestBody?: { content: Json }
  responses: Record<string, { description: string; content?: Json }>
}

const document = openApiDocument('https://workspace.example') as {
  openapi: string
  info: { version: string; title: string }
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Json; securitySchemes: Json }
}
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
)

const contractRoutes = Object.values(contracts as Record<string, unknown>).filter(
  (value): value is { path: string; method: string } =>
    typeof value === 'object' && value !== null && 'method' in value && 'path' in value,
)

/** Every value under a key, anywhere in the document. */
const valuesOf = (key: string, node: unknown): unknown[] =>
  typeof node !== 'object' || node === null
    ? []
    : Object.entries(node).flatMap(([name, value]) => [
        ...(name === key ? [value] : []),
        ...valuesOf(key, value),
      ])

describe('the OpenAPI document', () => {
  test('is 3.1, in the version of the package', () => {
    expect(document.openapi).toBe('3.1.0')
    expect(document.info.version).toBe(packageJson.version)
    expect(serverVersion).toBe(packageJson.version)
  })

  test('holds every public route of the contracts and /health, and nothing else', () => {
    const described = operations.map(({ method, path }) => `${method} ${path}`)
    const expected = contractRoutes.map(
      ({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
    )
    expect(described.toSorted()).toEqual([...expected, 'get /health'].toSorted())
    expect(documentedRoutes).toHaveLength(contractRoutes.length)
  })

  test('names each operation once, and each path parameter', () => {
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
    for (const { path, parameters = [] } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const inPath = parameters.filter((parameter) => parameter.in === 'path')
      expect(inPath.map(({ name }) => name)).toEqual(named)
      expect(inPath.every(({ required }) => required)).toBe(true)
    }
  })

  test('asks for a token everywhere but at /health, and describes its failures', () => {
    for (const { path, security, responses } of operations) {
      expect(security.length > 0).toBe(path !== '/health')
      if (path !== '/health')
        expect(Object.keys(responses)).toEqual(
          expect.arrayContaining(['401', '403', '429', '500', '503']),
        )
      for (const { description } of Object.values(responses)) expect(description).not.toBe('')
    }
  })

  test('refers only to what it holds, and is plain JSON', () => {
    const known = Object.keys(document.components.schemas).map(
      (name) => `#/components/schemas/${name}`,
    )
    const refs = valuesOf('$ref', document)
    expect(refs.length).toBeGreaterThan(0)
    for (const ref of refs) expect(known).toContain(ref)
    expect(valuesOf('$schema', document)).toEqual([])
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })

  test('marks as required only what a client must send', () => {
    const list = document.paths['/api/v1/sessions']?.['get']
    expect(list?.parameters?.map(({ name, required }) => [name, required])).toEqual([
      ['cursor', false],
      ['limit', false],
      ['archived', false],
    ])
  })
})

test('every documented route has a handler', () => {
  const unused = { consume: () => Promise.resolve() }
  const handlers = restHandlers({
    agent: { for: () => ({}) } as never, // handlers are built, not called
    store: {} as never,
    limiters: { session: unused, user: unused },
  })
  expect(handlers.map(({ route }) => route)).toEqual(documentedRoutes)
})
