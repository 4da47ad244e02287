import * as llm from '@codelab/contracts/agent-llm'
import * as gateway from '@codelab/contracts/client-gateway'
import { failures } from '@codelab/contracts/errors'
import * as agent from '@codelab/contracts/gateway-agent'
import type { Route } from '@codelab/contracts/route'
import type { z } from 'zod'
import { checkExamples } from './check-examples.ts'
import { agentExamples } from './examples/agent-routes.ts'
import { gatewayExamples } from './examples/gateway-routes.ts'
import { llmExamples, streamPartExamples } from './examples/llm-routes.ts'
import type { RouteExamples } from './examples/route-example.ts'

const isRoute = (value: unknown): value is Route =>
  typeof value === 'object' &&
  value !== null &&
  'method' in value &&
  'path' in value &&
  'fails' in value

const routesOf = (module: object): [string, Route][] =>
  Object.entries(module).filter((entry): entry is [string, Route] => isRoute(entry[1]))

const ends: [string, [string, Route][], Record<string, RouteExamples>][] = [
  ['desktop → gateway', routesOf(gateway), gatewayExamples],
  ['gateway → agent', routesOf(agent), agentExamples],
  ['agent → llm-proxy', routesOf(llm), llmExamples],
]
const parts = ['params', 'query', 'body', 'reply'] as const

describe.each(ends)('%s', (_, routes, examples) => {
  test('every route has examples, and every method and path one route', () => {
    expect(Object.keys(examples).sort()).toEqual(routes.map(([name]) => name).sort())
    const places = routes.map(([, { method, path }]) => `${method} ${path}`)
    expect(new Set(places).size).toBe(places.length)
  })

  describe.each(routes)('%s', (name, route) => {
    test('is under /api/v1, frozen, and succeeds with the status of its kind', () => {
      expect(route.path).toMatch(/^\/api\/v1(?:\/:?[a-z_]+)+$/)
      expect(Object.isFrozen(route)).toBe(true)
      expect([200, 202, 204]).toContain(route.status)
      if (route.status === 204) expect(route.reply).toBeUndefined()
      expect(route.summary).toMatch(/\S.*[.]$/)
    })

    test('names each failure once, with a code that exists', () => {
      expect(new Set(route.fails).size).toBe(route.fails.length)
      for (const code of route.fails) expect(Object.hasOwn(failures, code)).toBe(true)
    })

    test('says what is wrong with what it is sent', () => {
      const validates = [route.params, route.query, route.body].some((part) => part !== undefined)
      expect(route.fails.includes('invalid_request')).toBe(validates)
    })

    test('describes exactly the parameters of its path', () => {
      const named = [...route.path.matchAll(/:(\w+)/g)].map(([, parameter]) => parameter)
      const described = route.params ? Object.keys((route.params as z.ZodObject).shape) : []
      expect(described).toEqual(named)
    })

    test('has examples of exactly the parts that it has', () => {
      const present = parts.filter((part) => route[part] !== undefined)
      expect(Object.keys(examples[name] ?? {}).sort()).toEqual(present.toSorted())
    })

    for (const part of parts) {
      const schema = route[part]
      const given = examples[name]?.[part]
      if (schema && given) describe(part, () => checkExamples(schema, given))
    }
  })
})

describe('a part of a streamed completion', () => checkExamples(llm.StreamPart, streamPartExamples))

describe('health', () => {
  const checks = {
    gateway: true,
    agent_runtime: true,
    llm_proxy: true,
    postgres: true,
    redis: false,
  }
  checkExamples(gateway.Health, {
    good: [{ status: 'unhealthy', checks }],
    bad: [
      ['another word', { status: 'ok', checks }, 'status'],
      [
        'a check in words',
        { status: 'healthy', checks: { ...checks, redis: 'up' } },
        'checks.redis',
      ],
      ['a check left out', { status: 'healthy', checks: { gateway: true } }, 'checks.redis'],
    ],
  })
})
