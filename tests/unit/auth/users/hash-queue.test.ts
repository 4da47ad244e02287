import { createHashQueue } from '@codelab/auth/users/hash-queue'

const job = () => Promise.withResolvers<string>()

test('runs so many at once, the others in order', async () => {
  const queue = createHashQueue({ concurrency: 2, waiting: 10 })
  const jobs = Array.from({ length: 4 }, job)
  const started: number[] = []
  const results = jobs.map(({ promise }, index) =>
    queue.run(() => {
      started.push(index)
      return promise
    }),
  )
  await Promise.resolve()
  expect(started).toEqual([0, 1])
  expect(queue.depth()).toBe(2)
  jobs[1]!.resolve('b')
  await results[1]
  await Promise.resolve()
  expect(started).toEqual([0, 1, 2])
  for (const { resolve } of jobs) resolve('x')
  expect(await Promise.all(results)).toEqual(['x', 'b', 'x', 'x'])
  expect(queue.depth()).toBe(0)
})

test('refuses the next when enough wait, with a time to come back', async () => {
  const queue = createHashQueue({ concurrency: 1, waiting: 1 })
  const [first, second] = [job(), job()]
  const running = [queue.run(() => first.promise), queue.run(() => second.promise)]
  await expect(queue.run(async () => 'never')).rejects.toMatchObject({
    code: 'unavailable',
    retryAfterSeconds: 2,
  })
  first.resolve('a')
  second.resolve('b')
  expect(await Promise.all(running)).toEqual(['a', 'b'])
  expect(await queue.run(async () => 'again')).toBe('again')
})

test('a failed job frees its place', async () => {
  const queue = createHashQueue({ concurrency: 1, waiting: 1 })
  await expect(queue.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(await queue.run(async () => 'next')).toBe('next')
})
