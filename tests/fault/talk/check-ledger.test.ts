import type { LogFrame } from '@codelab/contracts/frames'
import { checkLedger, type FaultKind } from './check-ledger.ts'
import { answerTo, type Wish } from './known-model.ts'
import { emptyLedger, type Ledger } from './ledger.ts'

const wish: Wish = { name: 'a', words: 3, perSecond: 0, tools: 1 }

type Unnumbered = LogFrame extends infer Frame
  ? Frame extends LogFrame
    ? Omit<Frame, 'seq'>
    : never
  : never

const number = (frames: readonly Unnumbered[]): LogFrame[] =>
  frames.map((frame, at) => ({ ...frame, seq: at + 1 }) as LogFrame) // the union survives only by assertion

const piece = (message_id: string, token: string): Unnumbered => ({
  type: 'assistant_message',
  message_id,
  token,
  is_final: false,
})
const final = (message_id: string, content: string): Unnumbered => ({
  type: 'assistant_message',
  message_id,
  token: '',
  is_final: true,
  content,
  finish_reason: 'stop',
})
const turn = (state: 'started' | 'finished' | 'failed'): Unnumbered => ({
  type: 'turn',
  state,
  turn_id: 't',
})
const echo: Unnumbered = { type: 'user_message', id: 'm1', content: 'x' }
const discarded: Unnumbered[] = [
  piece('d', 'a.0 '),
  { type: 'message_discarded', message_id: 'd', reason: 'lost' },
]
const answer = [
  piece('b', 'a.0 '),
  piece('b', 'a.1 '),
  piece('b', 'a.2'),
  final('b', answerTo(wish)),
]
const whole = number([echo, turn('started'), ...discarded, ...answer, turn('finished')])

const ledgerOf = (frames: LogFrame[], more: Partial<Ledger> = {}): Ledger => ({
  ...emptyLedger('s'),
  asked: [{ id: 'm1', wish }],
  acknowledged: ['m1'],
  runs: [{ callId: 'c', path: 'a-0.txt' }],
  frames,
  ...more,
})
const kinds = (ledger: Ledger, log?: LogFrame[]) => checkLedger(ledger, log).map(({ kind }) => kind)

test('nothing is wrong with a whole history, a text that was taken back included', () => {
  expect(checkLedger(ledgerOf(whole), whole)).toEqual([])
})

const without = (at: number) => whole.toSpliced(at, 1)
const changed = (at: number, change: object) =>
  whole.with(at, { ...whole[at], ...change } as LogFrame)
const broken: [string, Ledger, FaultKind[]][] = [
  ['a piece is missing', ledgerOf(without(5)), ['lost frame', 'wrong text']],
  [
    'a piece comes twice',
    ledgerOf(whole.toSpliced(5, 0, whole[5]!)),
    ['duplicated frame', 'wrong text'],
  ],
  [
    'two pieces change places',
    ledgerOf(whole.toSpliced(5, 2, whole[6]!, whole[5]!)),
    ['reordered frame', 'wrong text'],
  ],
  ['a piece has another text', ledgerOf(changed(5, { token: 'b.1 ' })), ['wrong text']],
  [
    'the answer is another one',
    ledgerOf(number([echo, turn('started'), final('b', 'no'), turn('finished')])),
    ['wrong text'],
  ],
  [
    'a text that was taken back goes on',
    ledgerOf(
      number([echo, turn('started'), ...discarded, piece('d', 'a.1'), ...answer, turn('finished')]),
    ),
    ['wrong text'],
  ],
  [
    'there are two answers',
    ledgerOf(number([echo, turn('started'), ...answer, final('c', 'x'), turn('finished')])),
    ['duplicated message'],
  ],
  [
    'a message comes twice',
    ledgerOf(number([echo, echo, turn('started'), ...answer, turn('finished')])),
    ['duplicated message'],
  ],
  [
    'an acknowledged message is missing',
    ledgerOf(whole, { acknowledged: ['m1', 'm2'] }),
    ['lost message'],
  ],
  [
    'a call runs twice',
    ledgerOf(whole, {
      runs: [
        { callId: 'c', path: '1' },
        { callId: 'c', path: '2' },
      ],
    }),
    ['tool run twice'],
  ],
  [
    'the same work runs under two ids',
    ledgerOf(whole, {
      runs: [
        { callId: 'c', path: '1' },
        { callId: 'd', path: '1' },
      ],
    }),
    ['tool run twice'],
  ],
  [
    'a turn fails',
    ledgerOf(number([echo, turn('started'), turn('failed')])),
    ['lost conversation'],
  ],
  ['a turn does not end', ledgerOf(whole.slice(0, -1)), ['lost conversation']],
]

test.each(broken)('%s: it is told', (_, ledger, expected) => {
  expect(new Set(kinds(ledger))).toEqual(new Set(expected))
})

test('lost frames are counted one by one', () => {
  const [finding] = checkLedger(ledgerOf(whole.toSpliced(4, 3)))
  expect(finding).toMatchObject({ kind: 'lost frame', times: 3, session: 's' })
})

test('a client that was told something else than the log says, and a log with a hole, are told', () => {
  const log = changed(5, { token: 'other' })
  expect(kinds(ledgerOf(whole), log)).toEqual(['differs from the log'])
  expect(kinds(ledgerOf(whole), without(2))).toEqual(['differs from the log', 'lost frame'])
})
