import { engineEvents } from '@codelab/contracts/engine-ui/events'
import * as settings from '@codelab/contracts/engine-ui/settings'
import { ShellCommand, ShellEvent } from '@codelab/contracts/engine-ui/shell'
import { failures } from '@codelab/contracts/errors'
import { z } from 'zod'
import { engineRoutes as routes } from '../support/engine-routes.ts'

test('every method and path is one route', () => {
  const places = routes.map(([, { method, path }]) => `${method} ${path}`)
  expect(places.length).toBeGreaterThan(40)
  expect(new Set(places).size).toBe(places.length)
})

describe.each(routes)('%s', (_, route) => {
  test('is for the page alone, under /api/v1', () => {
    expect(route.access).toBe('page')
    expect(route.path).toMatch(/^\/api\/v1(?:\/:?[a-z_]+)+$/)
    expect(route.summary).toMatch(/\S.*[.]$/)
  })

  test('describes exactly the parameters of its path', () => {
    const named = [...route.path.matchAll(/:(\w+)/g)].map(([, parameter]) => parameter)
    expect(route.params ? Object.keys((route.params as z.ZodObject).shape) : []).toEqual(named)
  })

  test('names failures that exist, once, and says what is wrong with what it is sent', () => {
    expect(new Set(route.fails).size).toBe(route.fails.length)
    for (const code of route.fails) expect(Object.hasOwn(failures, code)).toBe(true)
    const validates = [route.params, route.query, route.body].some((part) => part !== undefined)
    expect(route.fails.includes('invalid_request')).toBe(validates)
  })

  test('has a JSON schema for each of its parts', () => {
    const parts = [route.params, route.query, route.body, route.reply]
    for (const part of parts.filter((one) => one !== undefined))
      expect(Object.keys(z.toJSONSchema(part, { io: 'input' })).length).toBeGreaterThan(1)
  })
})

test('a GET has no body', () => {
  expect(routes.filter(([, { method, body }]) => method === 'get' && body)).toEqual([])
})

describe('settings', () => {
  test('nothing written means the defaults', () => {
    expect(settings.Settings.parse({})).toMatchObject({
      theme: 'system',
      approval_rules: [],
      sandbox: 'auto',
    })
  })

  test('a rule of this machine only narrows', () => {
    const rule = { tool: 'execute_command', action: 'allow' }
    expect(settings.SettingsChange.safeParse({ approval_rules: [rule] }).success).toBe(false)
    const stricter = { ...rule, action: 'ask' }
    expect(settings.SettingsChange.safeParse({ approval_rules: [stricter] }).success).toBe(true)
  })

  test('a change holds no defaults, and not the server', () => {
    expect(settings.SettingsChange.parse({})).toEqual({})
    expect(settings.SettingsChange.safeParse({ server: 'https://a.example' }).success).toBe(false)
  })

  test.each(['Mod+Shift+P', 'F12', 'Ctrl+`', 'Alt+Enter', 'Mod+ж', ''])('takes keys %j', (keys) => {
    const change = { key_bindings: { 'file.save': keys } }
    expect(settings.SettingsChange.safeParse(change).success).toBe(true)
  })

  test.each(['Mod+', 'Hyper+P', 'Mod+\u202eP', 'Mod+ ', 'PP'])('refuses keys %j', (keys) => {
    const change = { key_bindings: { 'file.save': keys } }
    expect(settings.SettingsChange.safeParse(change).success).toBe(false)
  })
})

test.each(Object.keys(engineEvents))('event %s has a JSON schema', (type) => {
  const schema = engineEvents[type as keyof typeof engineEvents]
  expect(Object.keys(z.toJSONSchema(schema, { io: 'input' })).length).toBeGreaterThan(1)
})

test('what passes between shell and engine', () => {
  expect(ShellCommand.safeParse({ type: 'open', path: '/home/a/project' }).success).toBe(true)
  expect(ShellCommand.safeParse({ type: 'run', argv: ['sh'] }).success).toBe(false)
  expect(ShellEvent.safeParse({ type: 'waiting', count: 2 }).success).toBe(true)
})
