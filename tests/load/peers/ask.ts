import { cpuSecondsOf, type Load, putLoad, type Request } from '../loading.ts'
import type { Call } from './call.ts'
import { bodyOf, type Case } from './cases.ts'
import { otherCores } from './place.ts'

export type Sample = Load & {
  /** Processor time that the gateway took for all of it. Absent for the model itself. */
  readonly cpuSeconds?: number
  /** The second before it, of a case that has one. */
  readonly leadIn?: Load
}

type Bounds = {
  /** No request begins later. */
  readonly seconds: number
  readonly requests?: number
}

/** The model's words: an answer that has them is right. */
const expect = 'tok tok tok'

const requestOf = (wanted: Case, { address, path, headers, model }: Call): Request => ({
  ...{ address, path, headers, body: bodyOf(wanted, model), expect },
  frames: wanted.frames ?? 0,
})

/** Puts one case to one side, `beside` another request where the case wants one. */
export async function ask(
  program: string,
  wanted: Case,
  call: Call,
  { seconds, requests = 0, beside }: Bounds & { readonly beside?: Call | undefined },
): Promise<Sample> {
  const order = {
    ...requestOf(wanted, call),
    ...{ callers: wanted.callers, seconds, requests },
    ...(beside && { beside: requestOf(wanted, beside) }),
  }
  const { pid } = call
  const before = pid === undefined ? 0 : await cpuSecondsOf(pid)
  const load = await putLoad(program, order, otherCores)
  return pid === undefined ? load : { ...load, cpuSeconds: (await cpuSecondsOf(pid)) - before }
}
