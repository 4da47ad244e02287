import { cpuSecondsOf, type Load, putLoad } from '../loading.ts'
import type { Call } from './call.ts'
import { bodyOf, type Case } from './cases.ts'
import { otherCores } from './place.ts'

export type Sample = Load & {
  /** Processor time that the gateway took for all of it. Absent for the model itself. */
  readonly cpuSeconds?: number
}

type Bounds = {
  /** No request begins later. */
  readonly seconds: number
  readonly requests?: number
}

/** The model's words: an answer that has them is right. */
const expect = 'tok tok tok'

/** Puts one case to one side. */
export async function ask(
  program: string,
  wanted: Case,
  { address, path, headers, model, pid }: Call,
  { seconds, requests = 0 }: Bounds,
): Promise<Sample> {
  const order = {
    ...{ address, path, headers, body: bodyOf(wanted, model), callers: wanted.callers, expect },
    ...{ seconds, requests, frames: wanted.frames ?? 0 },
  }
  const before = pid === undefined ? 0 : await cpuSecondsOf(pid)
  const load = await putLoad(program, order, otherCores)
  return pid === undefined ? load : { ...load, cpuSeconds: (await cpuSecondsOf(pid)) - before }
}
