import { Failure } from '@codelab/runtime/failure'
import { databaseFailure } from '../../../../services/agent/src/store/database-failure.ts'

const coded = (code: string) => Object.assign(new Error('x'), { code })

test.each([
  coded('ECONNREFUSED'),
  coded('57P01'),
  coded('08006'),
  coded('53300'),
  coded('55P03'),
  new Error('Connection terminated unexpectedly'),
  new Error('timeout exceeded when trying to connect'),
  new Error('Query read timeout'),
  new AggregateError([coded('ECONNREFUSED')], ''),
  new Error('wrapped', { cause: coded('ECONNRESET') }),
])('%s says that the database is away', (error) => {
  expect(databaseFailure(error)).toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 })
})

test.each([
  coded('23505'),
  coded('42P01'),
  new Error('a bug'),
  new Failure('conflict'),
  'a string',
])('%s is what it is', (error) => {
  expect(databaseFailure(error)).toBe(error)
})
