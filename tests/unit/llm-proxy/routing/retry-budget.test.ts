import { createRetryBudget } from '@codelab/llm-proxy/routing/retry-budget'

const setup = () => {
  const clock = { time: 0 }
  const budget = createRetryBudget(() => clock.time)
  const takeAll = () => {
    let taken = 0
    while (budget.take()) taken += 1
    return taken
  }
  return { clock, budget, takeAll }
}

test('after a quiet time there are 20 retries, and no more however long it was', () => {
  const { clock, takeAll } = setup()
  clock.time = 3_600_000
  expect(takeAll()).toBe(20)
  expect(takeAll()).toBe(0)
})

test('ten requests give one retry', () => {
  const { budget, takeAll } = setup()
  takeAll()
  for (let count = 0; count < 1_000; count++) budget.begin()
  // The reserve is the most that may gather.
  expect(takeAll()).toBe(20)
  for (let count = 0; count < 51; count++) budget.begin()
  expect(takeAll()).toBe(5)
})

test('one comes back every two seconds', () => {
  const { clock, takeAll } = setup()
  takeAll()
  clock.time = 1_999
  expect(takeAll()).toBe(0)
  clock.time = 2_000
  expect(takeAll()).toBe(1)
  clock.time = 9_000
  expect(takeAll()).toBe(3)
})
