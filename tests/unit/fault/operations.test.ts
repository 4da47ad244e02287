import { operationOfStatement, operationOfTransaction } from '../../fault/boundaries/operations.ts'

const statement = (text: string, name?: string, values: readonly unknown[] = []) => ({
  text,
  name,
  values,
})
/** The statement that ends a piece of work, with the frames and the usage that it writes. */
const commitWork = (frames: object[], { usage = '[]', step = 'keep' } = {}) => {
  const values: unknown[] = Array.from({ length: 26 })
  values[4] = frames.map((frame) => JSON.stringify(frame))
  values[7] = usage
  values[20] = step
  return statement('with events as (insert into event …)', 'commit-work', values)
}

test('a transaction is named by what it writes', () => {
  const message = commitWork([{ type: 'user_message' }, { type: 'turn', state: 'started' }])
  expect(operationOfTransaction([message])).toBe('message')
  const last = commitWork([{ type: 'turn', state: 'finished' }], { usage: '[{}]', step: 'park' })
  expect(operationOfTransaction([last])).toBe('last-step')
  const claim = [statement('insert into tool_call …', 'save-calls'), commitWork([])]
  expect(operationOfTransaction(claim)).toBe('claim')
})

test('a statement of its own is named by its name or by what it calls, and one that reads is none', () => {
  expect(operationOfStatement(statement('with …', 'append-deltas'))).toBe('text')
  expect(operationOfStatement(statement('SELECT * FROM move_to_active($1)'))).toBe('queue-take')
  expect(operationOfStatement(statement('select * from session_head for update'))).toBe(undefined)
})

test('a write that nobody has listed names itself', () => {
  expect(operationOfStatement(statement('update session_head set title = 1'))).toMatch(/^unknown: /)
  expect(operationOfStatement(statement('with a as (select 1) delete from event'))).toMatch(
    /^unknown/,
  )
  expect(operationOfTransaction([commitWork([{ type: 'news' }])])).toBe('unknown: news')
})
