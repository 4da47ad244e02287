import type { Provider, ServedModel } from '@codelab/llm-proxy/providers/provider'
import { type FailureKind, VendorFailure } from '@codelab/llm-proxy/providers/vendor-failure'
import { createBreakers } from '@codelab/llm-proxy/routing/breakers'
import type { Candidate } from '@codelab/llm-proxy/routing/model-table'
import { createRetryBudgets } from '@codelab/llm-proxy/routing/retry-budget'
import { createTryChain } from '@codelab/llm-proxy/routing/try-chain'

const candidate = (id: string): Candidate => ({
  provider: { name: 'p' } as Provider, // the loop never looks inside
  model: { id, provider: 'p' } as ServedModel,
})
const first = candidate('first')
const second = candidate('second')

const setup = (failures = 5, retry = { attempts: 3, minMs: 1, maxMs: 5 }) => {
  const tried: string[] = []
  const breakers = createBreakers({ failures, recoveryMs: 60_000, now: () => 0 })
  const chain = createTryChain({
    breakers,
    budgets: createRetryBudgets(() => 0),
    retry,
    random: () => 0,
    events: {
      tried: ({ model }, outcome) => tried.push(`${model.id} ${outcome}`),
      fellBack: (from, to) => tried.push(`${from.model.id} → ${to.model.id}`),
    },
  })
  return { chain, tried, breakers }
}
const { signal } = new AbortController()
const always = (kind: FailureKind, retryAfterMs?: number) => () =>
  Promise.reject(new VendorFailure(kind, `it was ${kind}`, { retryAfterMs }))

const firstFails = (kind: FailureKind, retryAfterMs?: number) => (asked: Candidate) =>
  asked === first ? always(kind, retryAfterMs)() : Promise.resolve('answer')

test.each(['timeout', 'connection', 'overloaded', 'rate_limited', 'broken'] as const)(
  '%s is tried three times, then the next model is',
  async (kind) => {
    const { chain, tried } = setup()
    const result = await chain([first, second], firstFails(kind), signal)
    expect(result).toMatchObject({ value: 'answer', attempts: 4, fellBackFrom: 'first' })
    expect(tried).toEqual([
      ...Array.from({ length: 3 }, () => `first ${kind}`),
      'first → second',
      'second answered',
    ])
  },
)

test('a refusal is not tried again, the next model is, and the breaker does not count it', async () => {
  const { chain, breakers } = setup(1)
  const result = await chain([first, second], firstFails('refused'), signal)
  expect(result).toMatchObject({ attempts: 2, fellBackFrom: 'first' })
  expect(breakers.of({ provider: 'p', model: 'first' }).state).toBe('closed')
})

test('a request that is wrong is neither tried again nor elsewhere, nor counted', async () => {
  const { chain, tried, breakers } = setup(1)
  await expect(chain([first, second], firstFails('invalid'), signal)).rejects.toMatchObject({
    code: 'invalid_request',
  })
  expect(tried).toEqual(['first invalid'])
  expect(breakers.of({ provider: 'p', model: 'first' }).state).toBe('closed')
})

test('the fifth failed try opens the breaker inside the loop, and the sixth is not made', async () => {
  const { chain, tried, breakers } = setup()
  await chain([first], always('overloaded'), signal).catch(() => {})
  await expect(chain([first], always('overloaded'), signal)).rejects.toMatchObject({
    code: 'unavailable',
  })
  expect(tried).toHaveLength(5)
  expect(breakers.of({ provider: 'p', model: 'first' }).state).toBe('open')
  await expect(chain([first], always('overloaded'), signal)).rejects.toMatchObject({
    code: 'unavailable',
    retryAfterSeconds: 60,
  })
  expect(tried).toHaveLength(5)
})

test('an open breaker leads to the next model at once', async () => {
  const { chain } = setup(1)
  await chain([first], always('overloaded'), signal).catch(() => {})
  const result = await chain([first, second], () => Promise.resolve('answer'), signal)
  expect(result).toMatchObject({ attempts: 1, fellBackFrom: 'first' })
})

test('a vendor that asks for a longer wait than the longest is left for the next model', async () => {
  const { chain, tried } = setup()
  await chain([first, second], firstFails('rate_limited', 6), signal)
  expect(tried).toEqual(['first rate_limited', 'first → second', 'second answered'])
})

test.each([
  ['timeout', 'timeout', 'upstream_timeout', 504],
  ['overloaded', 'timeout', 'unavailable', 503],
  ['connection', 'connection', 'unavailable', 503],
  ['refused', 'refused', 'upstream_failed', 502],
  ['refused', 'overloaded', 'unavailable', 503],
] as const)('%s and then %s is %s %i', async (one, other, code, status) => {
  const { chain } = setup()
  const failing = (asked: Candidate) => always(asked === first ? one : other)()
  await expect(chain([first, second], failing, signal)).rejects.toMatchObject({ code, status })
})

test('a caller who leaves during a wait ends the loop', async () => {
  const { chain, tried, breakers } = setup(5, { attempts: 3, minMs: 60_000, maxMs: 60_000 })
  const caller = new AbortController()
  const failing = async () => {
    setImmediate(() => caller.abort())
    return always('overloaded')()
  }
  await expect(chain([first, second], failing, caller.signal)).rejects.toMatchObject({
    name: 'AbortError',
  })
  expect(tried).toEqual(['first overloaded'])
  expect(breakers.of({ provider: 'p', model: 'first' }).state).toBe('closed')
})

test('a caller who leaves during a try does not count against the model', async () => {
  const { chain, tried, breakers } = setup(1)
  const caller = new AbortController()
  const failing = () => {
    caller.abort()
    return always('connection')()
  }
  await expect(chain([first], failing, caller.signal)).rejects.toThrow()
  expect(tried).toEqual([])
  expect(breakers.of({ provider: 'p', model: 'first' }).state).toBe('closed')
})

test('when every request fails, retries are used up and the next model is asked at once', async () => {
  const { chain, tried } = setup(10_000)
  for (let count = 0; count < 100; count++)
    await chain([first, second], firstFails('overloaded'), signal)
  const tries = tried.filter((line) => line === 'first overloaded').length
  expect(tries).toBeGreaterThanOrEqual(100 + 20)
  expect(tries).toBeLessThanOrEqual(100 * 1.1 + 20)
  expect(tried.filter((line) => line === 'second answered')).toHaveLength(100)
})
