import { type BreakerState, createBreaker } from '@codelab/llm-proxy/routing/breaker'

const setup = () => {
  const clock = { time: 0 }
  const states: BreakerState[] = []
  const breaker = createBreaker({
    failures: 5,
    recoveryMs: 60_000,
    now: () => clock.time,
    onChange: (state) => states.push(state),
  })
  const fail = (times: number) => {
    for (let count = 0; count < times; count++) breaker.enter()?.failed()
  }
  return { clock, states, breaker, fail }
}

test('opens at the fifth failure in a row, not before', () => {
  const { breaker, fail, states } = setup()
  fail(4)
  expect(breaker.state).toBe('closed')
  fail(1)
  expect(breaker.state).toBe('open')
  expect(breaker.enter()).toBeUndefined()
  expect(breaker.waitMs).toBe(60_000)
  expect(states).toEqual(['open'])
})

test('a success in between starts the count anew; a try that says nothing does not', () => {
  const { breaker, fail } = setup()
  fail(4)
  breaker.enter()?.succeeded()
  fail(4)
  breaker.enter()?.released()
  expect(breaker.state).toBe('closed')
  fail(1)
  expect(breaker.state).toBe('open')
})

test('after its rest lets one probe through at a time', () => {
  const { breaker, fail, clock } = setup()
  fail(5)
  clock.time = 59_999
  expect(breaker.enter()).toBeUndefined()
  clock.time = 60_000
  const probe = breaker.enter()
  expect(probe).toBeDefined()
  expect(breaker.enter()).toBeUndefined()
  probe?.released()
  expect(breaker.state).toBe('half_open')
  expect(breaker.enter()).toBeDefined()
})

test('closes when the probe succeeds, rests again when it fails', () => {
  const { breaker, fail, clock, states } = setup()
  fail(5)
  clock.time = 60_000
  breaker.enter()?.failed()
  expect(breaker.enter()).toBeUndefined()
  clock.time = 120_000
  breaker.enter()?.succeeded()
  expect(breaker.state).toBe('closed')
  expect(states).toEqual(['open', 'half_open', 'open', 'half_open', 'closed'])
})

test('a try that began before the opening decides nothing after it', () => {
  const { breaker, fail, clock } = setup()
  const early = breaker.enter()
  const other = breaker.enter()
  fail(5)
  early?.succeeded()
  expect(breaker.state).toBe('open')
  clock.time = 60_000
  other?.failed()
  expect(breaker.state).toBe('half_open')
})

test('five answers in a row that break off after their first part open it; a whole one in between starts anew', () => {
  const { breaker } = setup()
  const breakOff = (times: number) => {
    for (let count = 0; count < times; count++) {
      breaker.enter()?.succeeded()
      breaker.broke()
    }
  }
  breakOff(4)
  breaker.enter()?.succeeded()
  breaker.finished()
  breakOff(4)
  expect(breaker.state).toBe('closed')
  breakOff(1)
  expect(breaker.state).toBe('open')
})

test('a probe that only begins well closes it, and one more answer that breaks off opens it again', () => {
  const { breaker, clock } = setup()
  for (let count = 0; count < 5; count++) breaker.broke()
  clock.time = 60_000
  breaker.enter()?.succeeded()
  expect(breaker.state).toBe('closed')
  breaker.broke()
  expect(breaker.state).toBe('open')
  clock.time = 120_000
  breaker.enter()?.succeeded()
  breaker.finished()
  breaker.broke()
  expect(breaker.state).toBe('closed')
})
