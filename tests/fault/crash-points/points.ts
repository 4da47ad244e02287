import { stages, type Stage } from '../boundaries/operations.ts'
import type { Moments } from './talk.ts'

/** Who runs beside the agent that is ended: nobody, so that another has to start; a second agent; or the api alone, and it is a worker that ends. */
export type Topology = 'one' | 'two' | 'split'

export type Point = {
  readonly name: string
  readonly operation: string
  readonly topology: Topology
  /** The moment of the talk at which the agent has to wait for the boundary, or to be told to stop. */
  readonly moment?: keyof Moments
}

/** Commits that put frames into a session's log. */
const telling = {
  api: [
    'message',
    'tool-result',
    'decision',
    'rejection',
    'cancel',
    'file-change',
    'tool-request',
    'job-request',
    'job-cancel',
  ],
  worker: [
    'text',
    'step-with-calls',
    'last-step',
    'discard',
    'failure',
    'park',
    'job-write',
    'job-take',
    'job-change',
    'job-end',
  ],
} as const
/** Commits that nobody is told of. */
const silent = {
  api: ['opening', 'claim', 'claims-gone', 'claims-renewal'],
  worker: [
    'acquisition',
    'renewal',
    'queue-take',
    'queue-finish',
    'queue-sweep',
    'requeueing',
    'job-renewal',
  ],
} as const

const moments: Readonly<Record<string, keyof Moments>> = {
  park: 'streaming',
  renewal: 'streaming',
  requeueing: 'streaming',
  'claims-renewal': 'asking',
  'queue-sweep': 'asking',
  'job-take': 'job',
}

const quiet = stages.filter((stage) => stage !== 'after-publish')

const pointsOf = (
  operations: readonly string[],
  of: readonly Stage[],
  topology: Topology,
): Point[] =>
  operations.flatMap((operation) => {
    const moment = moments[operation]
    return of.map((stage) => ({
      name: `${operation}:${stage}`,
      operation,
      topology,
      ...(moment && { moment }),
    }))
  })

/** With two that sweep, either may come first. */
const chancy = /^(?:requeueing|queue-.*|job-(?:take|write|change|end|renewal))$/
const certain = (operation: string) => !chancy.test(operation)

/** Every point: each stage of each commit boundary, alone, beside a second agent, and of a worker that has no api. */
export const points: readonly Point[] = [
  ...pointsOf([...telling.api, ...telling.worker], stages, 'one'),
  ...pointsOf([...silent.api, ...silent.worker], quiet, 'one'),
  ...pointsOf([...telling.api, ...telling.worker].filter(certain), stages, 'two'),
  ...pointsOf([...silent.api, ...silent.worker].filter(certain), quiet, 'two'),
  ...pointsOf(telling.worker, stages, 'split'),
  ...pointsOf(silent.worker, quiet, 'split'),
]

/** One stage of each operation, the next one each time. */
export const somePoints: readonly Point[] = [...new Set(points.map((point) => point.operation))]
  .flatMap((operation, at) => {
    const of = points.filter((point) => point.operation === operation && point.topology === 'one')
    return of.slice(at % of.length).slice(0, 1)
  })
  .filter(({ moment }) => moment !== 'asking')

/** Boundaries that a talk passes and that nobody is ended at: nothing of a conversation depends on them. */
export const unharmed = new Set([
  'migration',
  'queue-lock',
  'queue-fail',
  'sweep-of-text',
  'job-take',
])
