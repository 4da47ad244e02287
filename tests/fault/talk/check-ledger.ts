import { isDeepStrictEqual } from 'node:util'
import type { LogFrame } from '@codelab/contracts/frames'
import { answerTo } from './known-model.ts'
import type { Ledger } from './ledger.ts'

/** Ways in which a conversation is broken. */
export const faultKinds = [
  'lost frame',
  'duplicated frame',
  'reordered frame',
  'wrong text',
  'lost message',
  'duplicated message',
  'tool run twice',
  'lost conversation',
  'differs from the log',
] as const
export type FaultKind = (typeof faultKinds)[number]

/** `times`: lost frames are counted one by one. */
export type Finding = {
  readonly kind: FaultKind
  readonly session: string
  readonly what: string
  readonly times: number
}

type Found = Omit<Finding, 'session'>
type FrameOf<Type extends LogFrame['type']> = Extract<LogFrame, { type: Type }>

const found = (kind: FaultKind, what: string, times = 1): Found => ({ kind, what, times })

const ofType = <Type extends LogFrame['type']>(frames: readonly LogFrame[], type: Type) =>
  frames.filter((frame): frame is FrameOf<Type> => frame.type === type)

const repeated = (values: readonly string[]): string[] => [
  ...new Set(values.filter((value, at) => values.indexOf(value) !== at)),
]

/** Each `seq` once, from 1 on, in order. */
export function checkOrder(seqs: readonly number[]): Found[] {
  const all: Found[] = []
  const seen = new Set<number>()
  let highest = 0
  for (const seq of seqs) {
    if (seen.has(seq)) all.push(found('duplicated frame', `seq ${seq}`))
    else if (seq < highest) all.push(found('reordered frame', `seq ${seq} after ${highest}`))
    seen.add(seq)
    highest = Math.max(highest, seq)
  }
  const missing = highest - seen.size
  if (missing > 0) all.push(found('lost frame', `${missing} below seq ${highest}`, missing))
  return all
}

/** The pieces of each message are its final text, and nothing follows what was taken back. */
function checkPieces(frames: readonly LogFrame[]): Found[] {
  const all: Found[] = []
  const pieces = new Map<string, string>()
  const over = new Set<string>()
  for (const frame of frames) {
    if (frame.type === 'message_discarded') over.add(frame.message_id)
    if (frame.type !== 'assistant_message') continue
    const { message_id: id, token, is_final, content } = frame
    if (over.has(id)) all.push(found('wrong text', `message ${id} goes on after its end`))
    const text = (pieces.get(id) ?? '') + token
    pieces.set(id, text)
    if (!is_final) continue
    over.add(id)
    if (text !== '' && text !== content)
      all.push(found('wrong text', `the pieces of ${id} are not its final text`))
  }
  return all
}

/** One answer to each message, in the order of the messages, byte for byte the known one. */
function checkAnswers({ asked, frames }: Ledger): Found[] {
  const answers = ofType(frames, 'assistant_message').filter(({ is_final }) => is_final)
  const wrong = asked.flatMap(({ wish }, at) => {
    const answer = answers[at]
    if (answer === undefined || answer.content === answerTo(wish)) return []
    const said = `${answer.finish_reason}: ${answer.content?.slice(0, 60)}`
    return [found('wrong text', `the answer to ${wish.name} is “${said}”`)]
  })
  const more = answers.length - asked.length
  return more > 0 ? [...wrong, found('duplicated message', `${more} answers too many`)] : wrong
}

function checkMessages({ asked, acknowledged, frames }: Ledger): Found[] {
  const echoes = ofType(frames, 'user_message').map(({ id }) => id)
  const lost = acknowledged.filter((id) => !echoes.includes(id))
  const foreign = echoes.filter((id) => !asked.some((message) => message.id === id))
  return [
    ...lost.map((id) => found('lost message', `${id} was acknowledged`)),
    ...repeated(echoes).map((id) => found('duplicated message', id)),
    ...foreign.map((id) => found('duplicated message', `${id} was never asked`)),
  ]
}

/** Neither the same call nor the same work under another call's id. */
const checkTools = ({ runs }: Ledger): Found[] => [
  ...repeated(runs.map(({ callId }) => callId)).map((id) => found('tool run twice', `call ${id}`)),
  ...repeated(runs.map(({ path }) => path)).map((path) => found('tool run twice', path)),
]

/** Every message that was asked has had its turn, to the end. */
function checkTurns({ asked, frames }: Ledger): Found[] {
  const turns = ofType(frames, 'turn')
  const finished = turns.filter(({ state }) => state === 'finished').length
  const failed = turns.filter(({ state }) => state === 'failed' || state === 'cancelled').length
  if (finished === asked.length && failed === 0) return []
  return [found('lost conversation', `${finished} of ${asked.length} turns, ${failed} failed`)]
}

/** Compares what a client took with the session's log in the database. */
function checkAgainstLog({ frames }: Ledger, log: readonly LogFrame[]): Found[] {
  const stored = new Map(log.map((frame) => [frame.seq, frame]))
  const different = frames.filter((frame) => !isDeepStrictEqual(stored.get(frame.seq), frame))
  const [first] = different
  const differing = first
    ? [found('differs from the log', `seq ${first.seq} first`, different.length)]
    : []
  return [...differing, ...checkOrder(log.map(({ seq }) => seq))]
}

/** What is wrong with a conversation that has ended; `log` is the database's own, where it was read. */
export function checkLedger(ledger: Ledger, log?: readonly LogFrame[]): Finding[] {
  return [
    ...checkOrder(ledger.frames.map(({ seq }) => seq)),
    ...checkPieces(ledger.frames),
    ...checkAnswers(ledger),
    ...checkMessages(ledger),
    ...checkTools(ledger),
    ...checkTurns(ledger),
    ...(log ? checkAgainstLog(ledger, log) : []),
  ].map((each) => ({ ...each, session: ledger.session }))
}

/** Pieces of text that clients took. */
export const tokensIn = (ledgers: readonly Ledger[]): number =>
  ledgers.reduce(
    (sum, { frames }) =>
      sum + ofType(frames, 'assistant_message').filter(({ is_final }) => !is_final).length,
    0,
  )
