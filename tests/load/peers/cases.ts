import type { Way } from './call.ts'

/** One kind of load. */
export type Case = {
  readonly name: string
  readonly way: Way
  readonly callers: number
  /** Deltas of each streamed answer, and the pause before each; without them the answer comes whole. */
  readonly frames?: number
  readonly pauseUs?: number
  /** Size of the prompt. */
  readonly promptBytes?: number
  /** How much of the time of a case it has; 1 when nothing is said. */
  readonly share?: number
  /** What the same side is asked just before each request: a difference of milliseconds is not to be seen between two moments of a shared machine. */
  readonly beside?: Way
  /** Each slice begins with a second that is told apart: what a process gave back in a calm while it must make anew. */
  readonly leadIn?: boolean
}

const one = { callers: 1 }
const besideOne = { ...one, share: 0.5, beside: 'openai' } as const
/** Enough streams that the cheapest side is busy for a good part of its core, at a pace of each that models have. */
const manyStreams = { callers: 64, frames: 100, pauseUs: 5_000 }

export const cases = {
  whole: { name: 'whole answers, 16 callers', way: 'openai', callers: 16 },
  one: { name: 'whole answers, one caller', way: 'openai', ...one, leadIn: true },
  large: {
    name: 'a prompt of 1 MiB, 4 callers',
    way: 'openai',
    callers: 4,
    promptBytes: 1_048_576,
  },
  stream: { name: '64 streams', way: 'openai', ...manyStreams },
  firstToken: {
    name: 'first token, one caller',
    way: 'openai',
    ...one,
    frames: 2,
    leadIn: true,
  },
  between: {
    name: 'a stream at 500/s, one caller',
    way: 'openai',
    ...one,
    frames: 200,
    pauseUs: 2_000,
  },
  translated: { name: '64 streams of Anthropic', way: 'anthropic', ...manyStreams },
  fails429: { name: 'first provider answers 429', way: 'fails with 429', ...besideOne },
  fails500: { name: 'first provider answers 500', way: 'fails with 500', ...besideOne },
  refuses: { name: 'first provider refuses', way: 'refuses', ...besideOne },
  rests429: { name: 'breaker open after 429', way: 'rests after 429', ...besideOne },
  rests500: { name: 'breaker open after 500', way: 'rests after 500', ...besideOne },
  restsRefused: {
    name: 'breaker open after refusals',
    way: 'rests after refusing',
    ...besideOne,
  },
} as const satisfies Readonly<Record<string, Case>>

export type CaseName = keyof typeof cases
export const caseNames = Object.keys(cases) as CaseName[]

/** A prompt as long as wanted that tells the model stand-in how to answer. */
const promptFor = ({ frames = 0, pauseUs = 0, promptBytes = 0 }: Case): string =>
  `Say it again. frames=${frames} pause=${pauseUs} `.padEnd(promptBytes, 'lorem ipsum dolor ')

/** The body of the request. */
export const bodyOf = (wanted: Case, model: string): string =>
  JSON.stringify({
    model,
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: promptFor(wanted) },
    ],
    ...(wanted.frames ? { stream: true } : {}),
  })
