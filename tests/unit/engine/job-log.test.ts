import { createJobLog } from '@codelab/engine/server/feeds/job-log'

const job = (progress: number, note?: string) => ({
  id: 'j',
  state: 'running' as const,
  progress,
  ...(note !== undefined && { note }),
})

test('each step once, in order, with its time', () => {
  let now = 0
  const log = createJobLog(() => now)
  log.note(job(0.1, 'a'))
  now = 1_000
  log.note(job(0.1, 'a'))
  log.note(job(0.2, 'b'))
  expect(log.of('j')).toEqual([
    { at: '1970-01-01T00:00:00.000Z', state: 'running', progress: 0.1, note: 'a' },
    { at: '1970-01-01T00:00:01.000Z', state: 'running', progress: 0.2, note: 'b' },
  ])
  expect(log.of('other')).toEqual([])
})

test('a job that talks for ever, and jobs without end, take no more than their room', () => {
  const log = createJobLog(() => 0)
  for (let step = 0; step < 1_000; step += 1) log.note(job(step / 1_000))
  expect(log.of('j')).toHaveLength(200)
  expect(log.of('j').at(-1)?.progress).toBe(0.999)
  for (let other = 0; other < 500; other += 1) log.note({ ...job(0), id: `j${other}` })
  expect(log.of('j')).toEqual([])
  expect(log.of('j499')).toHaveLength(1)
})
