import { measures } from '../../../load/peers/measures.ts'
import { sample, side } from './results.ts'

const direct = side({ one: [sample({ p50: 20, p99: 50 }), sample({ p50: 40, p99: 90 })] })

test('requests and frames are told per second of the processor', () => {
  const loaded = side({
    whole: [sample({ requests: 900, cpuSeconds: 0.3 })],
    stream: [sample({ requests: 10, frames: 1_000, cpuSeconds: 0.5 })],
  })
  expect(measures.requests.of(loaded, direct)).toEqual([3_000])
  expect(measures.frames.of(loaded, direct)).toEqual([2_000])
})

test('what is added is beyond the model in the same round', () => {
  const gateway = side({ one: [sample({ p50: 120, p99: 350 }), sample({ p50: 150, p99: 490 })] })
  expect(measures.addedP50.of(gateway, direct)).toEqual([100, 110])
  expect(measures.addedP99.of(gateway, direct)).toEqual([300, 400])
})

test('a failing provider costs what is beyond the request before it, in milliseconds', () => {
  const more = { count: 9, p50: 500, p99: 900, max: 900 }
  const gateway = side({ refuses: [sample({ p50: 620, more })] })
  expect(measures.refuses.of(gateway, direct)).toEqual([0.5])
})

test('the second before is told apart', () => {
  const told = (p99: number, early: number) =>
    side({ one: [sample({ p99, leadIn: sample({ p99: early }) })] })
  const [model, gateway] = [told(50, 60), told(350, 960)]
  expect(measures.addedP99.of(gateway, model)).toEqual([300])
  expect(measures.addedEarlyP99.of(gateway, model)).toEqual([900])
  expect(measures.addedEarlyP99.of(side({ one: [sample({})] }), model)).toBeUndefined()
})

test('a side has no figure for what it was not asked, nor the model for what it adds', () => {
  expect(measures.frames.of(side({}), direct)).toBeUndefined()
  expect(measures.requests.of(side({ whole: [sample({ requests: 1 })] }), direct)).toBeUndefined()
  expect(measures.addedP50.of(direct, direct)).toBeUndefined()
})
