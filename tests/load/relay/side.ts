import type { Programs } from '../peers/programs.ts'

/** What every relay is started with. */
export type Setting = {
  readonly folder: string
  /** host:port of the agent stand-in. */
  readonly agent: string
  readonly programs: Programs
  readonly say: (line: string) => void
}

export type RunningRelay = {
  /** host:port */
  readonly address: string
  readonly pid: number
  readonly stop: () => Promise<void>
}

/** One of those that are compared. */
export type Side = {
  readonly name: string
  /** Its version and how it is set up, in a few words. */
  readonly about: string
  readonly protocol: 'ws' | 'socket.io'
  /** False: it accepts sockets and carries nothing. */
  readonly relays: boolean
  /** Asked for opened sockets and their memory, not to carry anything. */
  readonly onlyOpens?: boolean
  /** Gives a way to start it again and again, and to leave what was needed for it. */
  readonly prepare: (setting: Setting) => Promise<{
    readonly start: (name: string) => Promise<RunningRelay>
    /** New tokens, for so many people, where it wants one. */
    readonly tokens?: (people: number) => Promise<string[]>
    readonly close: () => Promise<void>
  }>
}
