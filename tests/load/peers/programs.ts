import { join } from 'node:path'
import { type Program, startProgram, untilReady } from '../../cluster/harness/program.ts'
import { gatewayCores, onCores } from './place.ts'

type Wanted = {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** Asked until it answers anything but a failure of the server. */
  readonly readyUrl: string
  readonly cores?: string
}

export type Programs = ReturnType<typeof createPrograms>

const startWithinMs = 120_000

const answers = (url: string) =>
  fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    ({ status }) => status < 500,
    () => false,
  )

/** Starts the programs of a bench, each on its cores, and ends all of them. */
export function createPrograms(folder: string) {
  const running: Program[] = []
  return {
    /** Resolves with the process id when it answers. */
    async start({ name, readyUrl, cores = gatewayCores, ...wanted }: Wanted) {
      const logFile = join(folder, `${name.replaceAll(/\W+/g, '-')}.log`)
      const { command, args } = onCores(cores, wanted.command, wanted.args)
      const program = startProgram({
        name,
        logFile,
        command,
        args,
        ...(wanted.env && { env: wanted.env }),
      })
      running.push(program)
      await untilReady(program, () => answers(readyUrl), startWithinMs)
      const pid = await program.pid()
      if (pid === undefined) throw new Error(`${name} has ended`)
      return { pid, stop: () => program.stop() }
    },
    logFiles: () => running.map(({ logFile }) => logFile),
    async stop() {
      await Promise.all(running.map((program) => program.stop()))
    },
  }
}
