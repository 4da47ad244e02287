import { createBackoff } from '@codelab/operator/kube/backoff'
import { createFakeClock } from '../../../support/clock.ts'

const setUp = (chance: number) => {
  const clock = createFakeClock()
  return { clock, backoff: createBackoff({ clock, random: () => chance }) }
}
const dead = { aliveSince: undefined, failed: true }

test('waits double from 0.8 s, spread over the doubling, and never pass 30 s', () => {
  const [soonest, latest] = [setUp(0).backoff, setUp(1).backoff]
  const waits = Array.from({ length: 8 }, () => [soonest.next(dead), latest.next(dead)])
  expect(waits.slice(0, 3)).toEqual([
    [800, 1_600],
    [1_600, 3_200],
    [3_200, 6_400],
  ])
  expect(waits.at(-1)).toEqual([15_000, 30_000])
})

test('only what lived for two minutes starts afresh', async () => {
  const { clock, backoff } = setUp(0)
  for (let round = 0; round < 3; round++) backoff.next(dead)
  const aliveSince = clock.now()
  await clock.advance(119_999)
  expect(backoff.next({ aliveSince, failed: true })).toBe(6_400)
  await clock.advance(1)
  expect(backoff.next({ aliveSince, failed: true })).toBe(800)
})

test('a watch that ended well after a long life is followed by the next at once', async () => {
  const { clock, backoff } = setUp(0)
  await clock.advance(120_000)
  expect(backoff.next({ aliveSince: 0, failed: false })).toBe(0)
  expect(backoff.next({ aliveSince: clock.now(), failed: false })).toBe(800)
})
