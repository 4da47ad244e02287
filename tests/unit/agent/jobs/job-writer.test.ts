import { createJobWriter } from '@codelab/agent/jobs/job-writer'
import type { JobChange } from '@codelab/agent/store/write-jobs'
import { silentLog } from '../../../support/silent-log.ts'

const change = (id: string, more: Partial<JobChange> = {}): JobChange => ({
  id,
  session_id: 's',
  fence: 1,
  state: 'running',
  ...more,
})

/** A store that answers when it is told to. */
function heldStore() {
  const batches: { changes: readonly JobChange[]; answer: (ids: string[] | Error) => void }[] = []
  const writer = createJobWriter({
    write: (changes) =>
      new Promise((resolve, reject) => {
        const answer = (ids: string[] | Error) =>
          ids instanceof Error ? reject(ids) : resolve({ written: new Set(ids), frames: new Map() })
        batches.push({ changes, answer })
      }),
    publish: () => undefined,
    log: silentLog,
  })
  const batch = async (at: number) => {
    while (!batches[at]) await new Promise((resolve) => setImmediate(resolve))
    return batches[at]
  }
  return { writer, batch }
}

test('what comes while a statement runs goes out in the next one, of each job the newest', async () => {
  const { writer, batch } = heldStore()
  const first = writer.put(change('a'))
  const one = await batch(0)
  const second = writer.put(change('a', { progress: 0.5 }))
  const third = writer.put(change('a', { state: 'succeeded' }))
  const other = writer.put(change('b'))
  one.answer(['a'])
  const two = await batch(1)
  expect(two.changes).toEqual([change('a', { state: 'succeeded' }), change('b')])
  two.answer(['a'])
  expect(await Promise.all([first, second, third, other])).toEqual([true, true, true, false])
})

test('while the store is away it is tried again; a stopped writer gives up', async () => {
  const { writer, batch } = heldStore()
  const written = writer.put(change('a'))
  ;(await batch(0)).answer(new Error('away'))
  ;(await batch(1)).answer(['a'])
  expect(await written).toBe(true)

  const lost = writer.put(change('b'))
  writer.stop()
  ;(await batch(2)).answer(new Error('away'))
  expect(await lost).toBe(false)
})
