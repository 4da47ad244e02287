import { createLog } from '@codelab/runtime/log'
import {
  type Change,
  createChangeQueue,
  joined,
} from '@codelab/engine/workspace/watching/change-queue'
import { until } from '../../../../support/until.ts'

test.each([
  [undefined, 'created', 'created'],
  ['created', 'modified', 'created'],
  ['created', 'deleted', undefined],
  ['modified', 'modified', 'modified'],
  ['modified', 'deleted', 'deleted'],
  ['deleted', 'created', 'modified'],
  ['deleted', 'modified', 'modified'],
] as const)('%s then %s come to %s', (first, then, result) => {
  expect(joined(first, then)).toBe(result)
})

test('tells each path once, with the time of its last change', async () => {
  const told: Change[] = []
  let clock = 0
  const queue = createChangeQueue({
    now: () => new Date((clock += 1_000)),
    log: createLog({ service: 'test', level: 'silent' }),
    deliver: async (change) => void told.push(change),
  })
  queue.add('a', 'created')
  queue.add('b', 'modified')
  queue.add('a', 'modified')
  queue.add('c', 'created')
  queue.add('c', 'deleted')
  await until('both', () => told.length === 2)
  queue.close()
  expect(told).toEqual([
    { path: 'b', change: 'modified', timestamp: '1970-01-01T00:00:02.000Z' },
    { path: 'a', change: 'created', timestamp: '1970-01-01T00:00:03.000Z' },
  ])
})

test('one that cannot be told does not hold up the others', async () => {
  const told: string[] = []
  const queue = createChangeQueue({
    now: () => new Date(),
    log: createLog({ service: 'test', level: 'silent' }),
    deliver: async ({ path }) => {
      if (path === 'bad') throw new Error('no')
      told.push(path)
    },
  })
  for (const path of ['bad', 'good']) queue.add(path, 'modified')
  await until('the good one', () => told.length === 1)
  queue.close()
  expect(told).toEqual(['good'])
})
