import { exec } from '../../cluster/harness/exec.ts'
import { processTree } from '../processes.ts'
import type { Call } from './call.ts'
import { bodyOf, type Case } from './cases.ts'
import { onCores, otherCores } from './place.ts'

/** In microseconds. */
export type Spread = {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** What the load program tells. */
export type Load = {
  readonly requests: number
  readonly failed: number
  readonly failure?: string
  readonly frames: number
  readonly seconds: number
  readonly reconnects: number
  readonly latency: Spread
  readonly firstToken: Spread
  readonly betweenFrames: Spread
}

export type Sample = Load & {
  /** Processor time that the gateway took for all of it. Absent for the model itself. */
  readonly cpuSeconds?: number
}

type Bounds = {
  /** No request begins later. */
  readonly seconds: number
  readonly requests?: number
}

const patienceS = 30

const cpuSecondsOf = async (pid: number) =>
  (await processTree(pid)).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)

/** Puts one case to one side. */
export async function ask(
  program: string,
  wanted: Case,
  { address, path, headers, model, pid }: Call,
  { seconds, requests = 0 }: Bounds,
): Promise<Sample> {
  const order = {
    ...{ address, path, headers, body: bodyOf(wanted, model), callers: wanted.callers },
    ...{ seconds, requests, frames: wanted.frames ?? 0, patience: patienceS },
  }
  const before = pid === undefined ? 0 : await cpuSecondsOf(pid)
  const { command, args } = onCores(otherCores, program, [])
  const said = await exec(command, args, { input: JSON.stringify(order) })
  const load = JSON.parse(said) as Load
  return pid === undefined ? load : { ...load, cpuSeconds: (await cpuSecondsOf(pid)) - before }
}
