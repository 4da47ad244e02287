import type { Call, Way } from './call.ts'
import type { Programs } from './programs.ts'

/** What every side is started with. */
export type Setting = {
  /** For its settings and its log. */
  readonly folder: string
  /** host:port of the model stand-in. */
  readonly model: string
  readonly programs: Programs
  readonly say: (line: string) => void
}

export type RunningSide = {
  /** Undefined for what the side cannot do, by design or as far as its documentation tells. */
  readonly call: (way: Way) => Call | undefined
  /** The process whose memory is told. */
  readonly pid?: number
  readonly stop: () => Promise<void>
}

/** One of those that are compared: a gateway, a floor, or the model asked directly. */
export type Side = {
  readonly name: string
  /** Its version and how it is set up, in a few words. */
  readonly about: string
  readonly start: (setting: Setting) => Promise<RunningSide>
}
