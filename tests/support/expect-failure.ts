import { FailureBody, failures, type FailureCode } from '@codelab/contracts/errors'
import type { Answer } from './rest.ts'

/** The answer is that failure, in the form of the wire and in nothing else. */
export function expectFailure(answer: Answer, code: FailureCode, field?: string): void {
  const { error } = FailureBody.strict().parse(answer.body)
  expect([answer.status, error.code]).toEqual([failures[code].status, code])
  expect(error.message).toMatch(/\w{3}/)
  expect(error.message).not.toMatch(/ at .*\.ts|node_modules|select |insert |Error:/i)
  expect(error.request_id).toBe(answer.headers.get('x-request-id'))
  if (field !== undefined) expect(error.field).toBe(field)
}
