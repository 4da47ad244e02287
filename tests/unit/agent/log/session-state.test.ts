import type { LogFrame } from '@codelab/contracts/frames'
import {
  advance,
  stateOf,
  type Progress,
} from '../../../../services/agent/src/log/session-state.ts'

const idle = (): Progress => ({
  seq: 0,
  turn: false,
  waitingApproval: new Set(),
  waitingTool: new Set(),
})
const turn = (seq: number, state: 'started' | 'finished' | 'cancelled' | 'failed'): LogFrame => ({
  type: 'turn',
  seq,
  state,
  turn_id: 't',
})
const call = (seq: number, call_id: string, requires_approval: boolean): LogFrame => ({
  type: 'tool_call',
  seq,
  call_id,
  tool_name: 'write_file',
  arguments: {},
  requires_approval,
})
const resolved = (seq: number, call_id: string): LogFrame => ({
  type: 'tool_resolved',
  seq,
  call_id,
  outcome: 'executed',
})
const states = (frames: LogFrame[]) => {
  const progress = idle()
  return frames.map((frame) => {
    advance(progress, frame)
    return stateOf(progress)
  })
}

test('a turn with an approval goes through every state and back', () => {
  const frames = [
    turn(1, 'started'),
    call(2, 'a', true),
    call(3, 'b', false),
    call(4, 'a', false),
    resolved(5, 'a'),
    resolved(6, 'b'),
    turn(7, 'finished'),
  ]
  expect(states(frames)).toEqual([
    'thinking',
    'waiting_approval',
    'waiting_approval',
    'waiting_tool',
    'waiting_tool',
    'thinking',
    'idle',
  ])
})

test.each(['finished', 'cancelled', 'failed'] as const)(
  'a turn that %s leaves the session idle',
  (state) => {
    expect(states([turn(1, 'started'), turn(2, state)])).toEqual(['thinking', 'idle'])
  },
)

test('a call outside a turn is waited for too', () => {
  expect(states([call(1, 'x', true), call(2, 'x', false), resolved(3, 'x')])).toEqual([
    'waiting_approval',
    'waiting_tool',
    'idle',
  ])
})

test('frames that are already included change nothing', () => {
  const progress = { ...idle(), seq: 5, turn: true }
  advance(progress, turn(5, 'finished'))
  advance(progress, call(4, 'a', true))
  expect(progress).toEqual({ ...idle(), seq: 5, turn: true })
})
