import { answer, done, say, type Act } from '../../support/stand-in-llm-proxy.ts'

/** A worker's moment at which it is stopped. */
export type Stage = {
  readonly name: string
  /** A boundary at which it stops itself; otherwise it is stopped as soon as every session has shown text. */
  readonly point?: string
  /** How many sessions it works on at that moment; without a number all of them. */
  readonly sessions?: number
  /** It works on long jobs instead of steps. */
  readonly jobs?: boolean
  /** It is told to leave while it is stopped, so that it wakes up to give its steps back. */
  readonly leaves?: boolean
  /** What the model says to the worker that is stopped; `awake` resolves when the successor has finished everything. */
  readonly model: (awake: Promise<void>) => readonly Act[]
}

export const secondAnswer = answer('second ', 'answer')

/** Text, and more of it when the worker is awake again. */
const goesOn = (awake: Promise<void>): readonly Act[] => [
  ...say('first '),
  awake,
  ...say('late '),
  ...say('words'),
  ...done(),
]
/** All of the text, and only its end when the worker is awake again. */
const endsLate = (awake: Promise<void>): readonly Act[] => [...say('first '), awake, ...done()]
/** Text without a pause. */
const atOnce = (): readonly Act[] => [...say('first ', 'text ', 'at ', 'once'), ...done()]

export const stages: readonly Stage[] = [
  { name: 'while it streams', model: goesOn },
  { name: 'before the last commit of its step', model: endsLate },
  {
    name: 'when it has taken its step',
    point: 'acquisition:after-commit',
    sessions: 1,
    model: atOnce,
  },
  { name: 'before it sends a flush', point: 'text:before-commit', sessions: 1, model: atOnce },
  { name: 'in the middle of a flush', point: 'text:unanswered', sessions: 1, model: atOnce },
  {
    name: 'inside its last transaction',
    point: 'last-step:before-commit',
    sessions: 1,
    model: atOnce,
  },
  { name: 'while it streams, and told to leave', model: goesOn, leaves: true },
  { name: 'while it works on jobs', model: endsLate, jobs: true },
]
