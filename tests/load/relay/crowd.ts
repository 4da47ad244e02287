import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { withOwner } from '../../cluster/harness/with-owner.ts'
import { onCores, otherCores } from '../peers/place.ts'

/** What the crowd says of an order; the fields are explained where it counts them, `load/group.go`. */
export type Said = {
  readonly done: number
  readonly failed: number
  readonly failure?: string
  readonly frames: number
  readonly seconds: number
  readonly times: readonly number[] | null
  readonly code: number
  readonly reason?: string
}

/** Sockets that are opened together. */
export type Wanted = {
  readonly address: string
  readonly protocol: string
  /** How their streams go: a number is put behind it, and the agent stand-in reads it. */
  readonly session: string
  readonly count: number
  readonly atOnce: number
  readonly tokens: readonly string[]
}

export type Crowd = ReturnType<typeof startCrowd>

/** Starts the load program; it does one order after the other. */
export function startCrowd(program: string) {
  const placed = onCores(otherCores, program, [])
  const [command, args] = withOwner(placed.command, placed.args)
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  child.stdin.on('error', () => undefined)
  const ended = new Promise((resolve) => void child.once('close', resolve))

  const give = async (order: object): Promise<Said> => {
    child.stdin.write(`${JSON.stringify(order)}\n`)
    const line = await lines.next()
    if (line.done) throw new Error('the crowd has ended')
    return JSON.parse(line.value) as Said
  }
  return {
    open: (group: string, wanted: Wanted) => give({ do: 'open', group, ...wanted }),
    /** All hang up and come back at once, after the last frame that each has heard. */
    reopen: (group: string) => give({ do: 'reopen', group }),
    /** What was heard so far is not counted. */
    mark: (group: string) => give({ do: 'mark', group }),
    /** Waits until each has so many frames, at most so long; `frames` 0 waits all the time. */
    hear: (group: string, frames: number, seconds: number) =>
      give({ do: 'hear', group, frames, seconds }),
    stall: (group: string) => give({ do: 'stall', group }),
    /** Reads on and tells how the relay has ended the socket. */
    ending: (group: string, seconds: number) => give({ do: 'ending', group, seconds }),
    close: (group: string) => give({ do: 'close', group }),
    async leave() {
      child.stdin.end()
      await ended
    },
  }
}
