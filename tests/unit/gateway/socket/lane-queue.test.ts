import { createLaneQueue } from '@codelab/gateway/socket/lane-queue'
import { lanesOf } from '@codelab/gateway/socket/lanes'
import type { ClientFrame } from '@codelab/contracts/frames'

const message: ClientFrame = { type: 'user_message', content: 'x' }
const cancel: ClientFrame = { type: 'cancel' }
const file: ClientFrame = { type: 'file_changed', path: 'a', timestamp: '2026-01-01T00:00:00Z' }
const claim = (call_id: string): ClientFrame => ({ type: 'tool_claim', call_id })
const result = (call_id: string): ClientFrame => ({ type: 'tool_result', call_id, result: 1 })
const authenticate: ClientFrame = { type: 'authenticate', token: 't' }

/** Adds frames whose work ends only when told, and records what has started. */
function harness(limits: { maxTasks?: number; maxWeight?: number } = {}) {
  const started: string[] = []
  const ends = new Map<string, () => void>()
  const events: string[] = []
  const queue = createLaneQueue({
    maxTasks: 100,
    maxWeight: 1_000_000,
    ...limits,
    onFull: () => events.push('full'),
    onRoom: () => events.push('room'),
  })
  return {
    started,
    events,
    queue,
    add: (name: string, frame: ClientFrame, weight = 1): void => {
      queue.add(lanesOf(frame), weight, () => {
        started.push(name)
        return new Promise((resolve) => void ends.set(name, resolve))
      })
    },
    end: async (name: string): Promise<void> => {
      ends.get(name)?.()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

describe('frames of one socket', () => {
  test('messages run one after the other', async () => {
    const { add, end, started } = harness()
    add('m1', message)
    add('m2', message)
    expect(started).toEqual(['m1'])
    await end('m1')
    expect(started).toEqual(['m1', 'm2'])
  })

  test('a cancel waits for the message before it, not for files or results', async () => {
    const { add, end, started } = harness()
    add('file', file)
    add('result', result('c1'))
    add('cancel', cancel)
    expect(started).toEqual(['file', 'result', 'cancel'])
    await end('cancel')
    add('m', message)
    add('cancel again', cancel)
    expect(started).toHaveLength(3)
    await end('file')
    expect(started.slice(3)).toEqual(['m'])
    await end('m')
    expect(started.slice(4)).toEqual(['cancel again'])
  })

  test('a message waits for every file change sent before it', async () => {
    const { add, end, started } = harness()
    add('f1', file)
    add('f2', file)
    add('m', message)
    await end('f1')
    expect(started).toEqual(['f1', 'f2'])
    await end('f2')
    expect(started).toEqual(['f1', 'f2', 'm'])
  })

  test('frames of one call keep their order, other calls go on', async () => {
    const { add, end, started } = harness()
    add('claim 1', claim('1'))
    add('result 1', result('1'))
    add('claim 2', claim('2'))
    expect(started).toEqual(['claim 1', 'claim 2'])
    await end('claim 1')
    expect(started).toEqual(['claim 1', 'claim 2', 'result 1'])
  })

  test('everything waits for an authenticate before it', async () => {
    const { add, end, started } = harness()
    add('token', authenticate)
    add('m', message)
    add('c', claim('1'))
    expect(started).toEqual(['token'])
    await end('token')
    expect(started.toSorted()).toEqual(['c', 'm', 'token'])
  })

  test.each([
    ['count', { maxTasks: 4 }, 1],
    ['weight', { maxWeight: 40 }, 10],
  ])(
    'the limit of %s is told once, and when half of it is free again',
    async (_, limits, weight) => {
      const { add, end, events } = harness(limits)
      for (const name of ['1', '2', '3', '4', '5']) add(name, claim(name), weight)
      expect(events).toEqual(['full'])
      await end('1')
      await end('2')
      expect(events).toEqual(['full'])
      await end('3')
      expect(events).toEqual(['full', 'room'])
    },
  )

  test('idle resolves once all have ended', async () => {
    const { add, end, queue } = harness()
    await queue.idle()
    add('1', claim('1'))
    let idle = false
    void queue.idle().then(() => (idle = true))
    await end('1')
    expect(idle).toBe(true)
  })
})
