import { createGuard } from '@codelab/auth/guard/guard'
import type { Failures } from '@codelab/auth/guard/failures'

function inMemory(): Failures & { counts: Map<string, number> } {
  const counts = new Map<string, number>()
  return {
    counts,
    read: async (key) => ({ count: counts.get(key) ?? 0, secondsLeft: 42 }),
    add: async (key) => void counts.set(key, (counts.get(key) ?? 0) + 1),
    forget: async (key) => void counts.delete(key),
  }
}

const guarded = (waiting = 100) => {
  const failures = inMemory()
  return { failures, guard: createGuard({ failures, limit: 5, waiting }) }
}
const wrong = async () => undefined
const right = async () => 'user'

test('shuts a key after the limit, with the time left', async () => {
  const { guard } = guarded()
  for (let count = 0; count < 5; count += 1) expect(await guard.attempt('k', wrong)).toBeUndefined()
  await expect(guard.attempt('k', right)).rejects.toMatchObject({
    code: 'rate_limited',
    retryAfterSeconds: 42,
  })
  expect(await guard.attempt('other', right)).toBe('user')
})

test('a success forgets the failures', async () => {
  const { guard, failures } = guarded()
  for (let count = 0; count < 4; count += 1) await guard.attempt('k', wrong)
  await guard.attempt('k', right)
  expect(failures.counts.has('k')).toBe(false)
})

test('attempts of one key that come together run one by one, those of others at the same time', async () => {
  const { guard } = guarded()
  let running = 0
  let most = 0
  const slow = async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
    return undefined
  }
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, () => guard.attempt('k', slow)),
  )
  expect(most).toBe(1)
  expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(5)
  most = 0
  await Promise.all(Array.from({ length: 5 }, (_, index) => guard.attempt(`key ${index}`, slow)))
  expect(most).toBe(5)
})

test('an attempt that breaks counts as no failure and holds nobody up', async () => {
  const { guard, failures } = guarded()
  await expect(
    guard.attempt('k', () => Promise.reject(new Error('database away'))),
  ).rejects.toThrow('database away')
  expect(failures.counts.get('k')).toBeUndefined()
  expect(await guard.attempt('k', right)).toBe('user')
})

test('a key with too many in line is refused at once', async () => {
  const { guard } = guarded(2)
  const { promise, resolve } = Promise.withResolvers<string>()
  const waiting = [guard.attempt('k', () => promise), guard.attempt('k', right)]
  await expect(guard.attempt('k', right)).rejects.toMatchObject({ code: 'unavailable' })
  resolve('user')
  expect(await Promise.all(waiting)).toEqual(['user', 'user'])
})
