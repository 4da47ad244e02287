import type { ServerFrame } from '@codelab/contracts/frames'
import { canonical, digestOf } from '@codelab/engine/conversation/canonical'
import { createRunner, type Outcome } from '@codelab/engine/conversation/runner'
import { createShown } from '@codelab/engine/conversation/shown'
import { createLog } from '@codelab/runtime/log'
import { until } from '../../../support/until.ts'

type Entry = { digest: string; outcome?: Outcome }

function setUp(entries = new Map<string, Entry>()) {
  const posted: { key: string; frame: object }[] = []
  const executed: unknown[] = []
  const steps: string[] = []
  const shown = createShown()
  let claim: 'claimed' | 'gone' = 'claimed'
  let outcome: Outcome | ((signal: AbortSignal) => Promise<Outcome>) = { result: 'text' }
  const runner = createRunner({
    shown,
    log: createLog({ service: 'test', level: 'silent' }),
    post: async <Value>(posting: { key: string; frame: object }) => {
      steps.push(posting.key)
      posted.push(posting)
      return (posting.key.startsWith('claim') ? claim : undefined) as Value
    },
    execute: async (_tool, args, { signal }) => {
      steps.push('execute')
      executed.push(args)
      return typeof outcome === 'function' ? await outcome(signal) : outcome
    },
    journal: {
      begin: async (callId, _tool, digest) => {
        steps.push('begin')
        const entry = entries.get(callId)
        if (!entry) entries.set(callId, { digest })
        return entry ? (entry.outcome ? 'done' : 'unknown') : 'new'
      },
      finish: async (callId, result) => {
        steps.push('finish')
        entries.set(callId, { digest: '', outcome: result })
      },
      outcomeOf: (callId) => entries.get(callId)?.outcome,
    },
  })
  return {
    runner,
    shown,
    steps,
    executed,
    results: () => posted.filter(({ key }) => key.startsWith('result')).map(({ frame }) => frame),
    set: (next: { claim?: 'claimed' | 'gone'; outcome?: typeof outcome }) => {
      claim = next.claim ?? claim
      outcome = next.outcome ?? outcome
    },
  }
}

const call = (args: object = { path: 'a' }, requires_approval = false): ServerFrame => ({
  type: 'tool_call',
  seq: 1,
  call_id: 'c',
  tool_name: 'read_file',
  arguments: { ...args },
  requires_approval,
})
const resolved: ServerFrame = { type: 'tool_resolved', seq: 2, call_id: 'c', outcome: 'cancelled' }

describe('runner', () => {
  test('claims, writes the journal, executes, writes the outcome and answers, in this order', async () => {
    const { runner, steps, results } = setUp()
    runner.start()
    runner.note(call())
    await until('the result', () => results().length > 0)
    expect(steps).toEqual(['claim c', 'begin', 'execute', 'finish', 'result c'])
    expect(results()).toEqual([{ type: 'tool_result', call_id: 'c', result: 'text' }])
  })

  test('a call that waits for approval is not touched', async () => {
    const { runner, steps } = setUp()
    runner.start()
    runner.note(call({}, true))
    await new Promise(setImmediate)
    expect(steps).toEqual([])
  })

  test('a call that the agent answers itself is left alone', async () => {
    const { runner, steps } = setUp()
    runner.start()
    runner.note({ ...call(), tool_name: 'search_semantic' } as ServerFrame)
    await new Promise(setImmediate)
    expect(steps).toEqual([])
  })

  test('a call that was resolved before this client had read everything does not run', async () => {
    const { runner, steps } = setUp()
    runner.note(call())
    runner.note(resolved)
    runner.start()
    await new Promise(setImmediate)
    expect(steps).toEqual([])
  })

  test('a call that another client holds is not executed', async () => {
    const { runner, set, steps } = setUp()
    set({ claim: 'gone' })
    runner.start()
    runner.note(call())
    await new Promise(setImmediate)
    expect(steps).toEqual(['claim c'])
  })

  test('a call that was executed before the client stopped is answered from the journal', async () => {
    const entries = new Map([['c', { digest: '', outcome: { result: 'before' } }]])
    const { runner, executed, results } = setUp(entries)
    runner.start()
    runner.note(call())
    await until('the result', () => results().length > 0)
    expect(executed).toEqual([])
    expect(results()).toMatchObject([{ result: 'before' }])
  })

  test('a call that was begun and not ended is never run again', async () => {
    const { runner, executed, results } = setUp(new Map([['c', { digest: '' }]]))
    runner.start()
    runner.note(call())
    await until('the result', () => results().length > 0)
    expect(executed).toEqual([])
    expect(results()).toMatchObject([{ error: { code: 'unknown_outcome' } }])
  })

  test('arguments that differ from the approved ones are not executed', async () => {
    const { runner, shown, executed, results } = setUp()
    shown.approved('c', { path: 'a' })
    runner.start()
    runner.note(call({ path: 'b' }))
    await until('the result', () => results().length > 0)
    expect(executed).toEqual([])
    expect(results()).toMatchObject([{ error: { code: 'denied_by_policy' } }])
  })

  test.each([
    ['write_file', { path: '.vscode/tasks.json', content: '{}' }],
    ['read_file', { path: '.env' }],
    ['execute_command', { argv: ['cp', 'x', '.git/hooks/post-commit'] }],
  ])(
    '%s on a file that always asks runs only when a person approved it here',
    async (tool, args) => {
      for (const approvedHere of [false, true]) {
        const { runner, shown, executed, results } = setUp()
        if (approvedHere) shown.approved('c', args)
        runner.start()
        runner.note({ ...call(args), tool_name: tool } as ServerFrame)
        await until('the result', () => results().length > 0)
        expect(executed).toEqual(approvedHere ? [args] : [])
        if (!approvedHere)
          expect(results()).toMatchObject([{ error: { code: 'denied_by_policy' } }])
      }
    },
  )

  test('a result above 1 MiB becomes an error', async () => {
    const { runner, set, results } = setUp()
    set({ outcome: { result: 'x'.repeat(1_048_576) } })
    runner.start()
    runner.note(call())
    await until('the result', () => results().length > 0)
    expect(results()).toMatchObject([{ error: { code: 'result_too_large' } }])
  })

  test('a cancelled call is aborted and not answered', async () => {
    const { runner, set, executed, results, steps } = setUp()
    set({
      outcome: (signal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () =>
            resolve({ error: { code: 'cancelled', message: 'stopped' } }),
          ),
        ),
    })
    runner.start()
    runner.note(call())
    await until('the execution', () => executed.length > 0)
    runner.note(resolved)
    await until('the journal', () => steps.includes('finish'))
    await new Promise(setImmediate)
    expect(results()).toEqual([])
  })

  test('a tool that throws is answered as failed', async () => {
    const { runner, set, results } = setUp()
    set({ outcome: () => Promise.reject(new Error('disk full')) })
    runner.start()
    runner.note(call())
    await until('the result', () => results().length > 0)
    expect(results()).toMatchObject([
      { error: { code: 'failed', message: 'read_file could not be run: disk full' } },
    ])
  })
})

describe('canonical form', () => {
  test('is the same for equal values in any order', () => {
    expect(canonical({ b: [1, { d: 1, c: undefined }], a: 'x' })).toBe('{"a":"x","b":[1,{"d":1}]}')
    expect(digestOf('t', { a: 1, b: 2 })).toBe(digestOf('t', { b: 2, a: 1 }))
    expect(digestOf('t', { a: 1 })).not.toBe(digestOf('u', { a: 1 }))
    expect(canonical({ a: '1' })).not.toBe(canonical({ a: 1 }))
  })
})
