import { createApprover, type Decided } from '@codelab/cli/talk/approver'
import { type CallItem, emptyConversation } from '@codelab/engine/conversation/state'
import { Failure } from '@codelab/runtime/failure'
import { until } from '../../../support/until.ts'

const call = (callId: string, state: CallItem['state'] = 'waiting_approval'): CallItem => ({
  kind: 'call',
  callId,
  tool: 'write_file',
  arguments: { path: callId },
  state,
})
const holding = (...items: CallItem[]) => ({ ...emptyConversation, items })

function setUp(refuse: Failure[] = []) {
  const asked: { call: CallItem; signal: AbortSignal; answer: (decided?: Decided) => void }[] = []
  const sent: [string, Decided][] = []
  const late: string[] = []
  const refused: string[] = []
  const errors: unknown[] = []
  let outcome: 'taken' | 'late' = 'taken'
  const approver = createApprover({
    decide: (item, signal) =>
      new Promise((answer) => {
        asked.push({ call: item, signal, answer })
        signal.addEventListener('abort', () => answer(undefined))
      }),
    send: async (callId, decided) => {
      sent.push([callId, decided])
      const failure = refuse.shift()
      if (failure) throw failure
      return outcome
    },
    onLate: (item) => void late.push(item.callId),
    onRefused: (_, failure) => void refused.push(failure.message),
    onError: (error) => void errors.push(error),
  })
  const isLate = () => void (outcome = 'late')
  return { approver, asked, sent, late, refused, errors, isLate }
}

const approve = (item: CallItem): Decided => ({
  decision: { decision: 'approve' },
  shown: item.arguments,
})

describe('approver', () => {
  test('asks about one call after the other, and about none twice', async () => {
    const { approver, asked, sent } = setUp()
    approver.consider(holding(call('a'), call('b')))
    approver.consider(holding(call('a'), call('b')))
    expect(asked.map((question) => question.call.callId)).toEqual(['a'])
    asked[0]!.answer(approve(asked[0]!.call))
    await until('the second question', () => asked.length === 2)
    asked[1]!.answer(approve(asked[1]!.call))
    await until('both decisions', () => sent.length === 2)
    approver.consider(holding(call('a'), call('b')))
    expect(asked).toHaveLength(2)
    expect(sent.map(([callId]) => callId)).toEqual(['a', 'b'])
  })

  test('ends a question that somebody else has answered, and sends nothing', async () => {
    const { approver, asked, sent } = setUp()
    approver.consider(holding(call('a')))
    approver.consider(holding(call('a', 'rejected')))
    expect(asked[0]!.signal.aborted).toBe(true)
    await new Promise(setImmediate)
    expect(sent).toEqual([])
  })

  test('asks again when the server refuses the edited arguments', async () => {
    const { approver, asked, refused } = setUp([
      new Failure('invalid_request', { message: 'path: no' }),
    ])
    approver.consider(holding(call('a')))
    asked[0]!.answer(approve(asked[0]!.call))
    await until('the second question', () => asked.length === 2)
    expect(refused).toEqual(['path: no'])
    approver.interrupt()
  })

  test('tells when the decision came too late', async () => {
    const { approver, asked, late, isLate } = setUp()
    isLate()
    approver.consider(holding(call('a')))
    asked[0]!.answer(approve(asked[0]!.call))
    await until('the remark', () => late.length === 1)
  })

  test('any other failure ends the talk', async () => {
    const failure = new Failure('unavailable')
    const { approver, asked, errors } = setUp([failure])
    approver.consider(holding(call('a')))
    asked[0]!.answer(approve(asked[0]!.call))
    await until('the error', () => errors.length === 1)
    expect(errors).toEqual([failure])
  })
})
