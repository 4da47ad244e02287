import type { ReadStream, WriteStream } from 'node:tty'

export type Streams = {
  readonly input: ReadStream
  readonly out: WriteStream
  readonly err: WriteStream
}

/** What this client may do with the terminal it was given. */
export type Terminal = Streams & {
  /** A person reads the output. */
  readonly rich: boolean
  /** A person reads and types. */
  readonly interactive: boolean
  readonly colour: boolean
}

/** NO_COLOR and TERM=dumb switch effects off; a pipe has none anyway. */
export function terminalOf(
  streams: Streams,
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const rich = streams.out.isTTY === true && env.TERM !== 'dumb'
  return {
    ...streams,
    rich,
    interactive: streams.input.isTTY === true && streams.out.isTTY === true,
    colour: rich && !env.NO_COLOR,
  }
}
