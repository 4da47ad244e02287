import { holds } from '../../../load/bench.ts'
import { targetsOf } from '../../../load/peers/targets.ts'
import { sample, side } from './results.ts'

const whole = (requests: number, more = {}) => [sample({ requests, cpuSeconds: 1, ...more })]

const results = (more: { ours?: number; failed?: number } = {}) =>
  new Map([
    ['direct', side({ whole: [sample({ requests: 60_000 })], one: [sample({ p99: 50 })] })],
    ['pipe', side({ whole: whole(5_000), one: [sample({ p99: 150 })] })],
    [
      'llm-proxy',
      side(
        {
          whole: whole(more.ours ?? 4_000, { failed: more.failed ?? 0 }),
          one: [sample({ p99: 290 })],
        },
        { memory: { rest: 100, loaded: 160, after: 110 } },
      ),
    ],
    ['Portkey', side({ whole: whole(500) })],
  ])

const verdictsOf = (of: ReturnType<typeof results>) =>
  Object.fromEntries(targetsOf(of).map((figure) => [figure.name, [figure.value, holds(figure)]]))

test('llm-proxy is held to its targets beside whoever took part', () => {
  const verdicts = verdictsOf(results())
  expect(verdicts['requests per CPU-second, to pipe']).toEqual([0.8, true])
  expect(verdicts['requests per CPU-second, to Portkey']).toEqual([8, true])
  expect(verdicts['added at one caller, p99, beyond pipe']).toEqual([140, true])
  expect(verdicts['memory at rest']).toEqual([100, true])
  expect(verdicts['memory after it, to at rest']).toEqual([1.1, true])
  expect(Object.keys(verdicts).filter((name) => name.includes('LiteLLM'))).toEqual([])
})

test('a missed target is told as missed', () => {
  expect(verdictsOf(results({ ours: 3_000 }))['requests per CPU-second, to pipe']).toEqual([
    0.6,
    false,
  ])
})

test('a model that is too slow, or requests that fail, spoil the run', () => {
  const name = 'the model’s rate, to the fastest gateway’s'
  expect(verdictsOf(results())[name]).toEqual([15, true])
  expect(verdictsOf(results())['the model’s rate, to the pipe’s']?.[0]).toBe(12)
  expect(verdictsOf(results({ ours: 30_000 }))[name]).toEqual([2, false])
  expect(
    verdictsOf(results({ failed: 1 }))['requests that failed in all rounds, of all sides'],
  ).toEqual([1, false])
})
