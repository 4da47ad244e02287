import { exec } from '../cluster/harness/exec.ts'
import { onCores } from './peers/place.ts'
import { processTree } from './processes.ts'

/** In microseconds. */
export type Spread = {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** What is asked, and what of the answer is right. */
export type Request = {
  /** host:port */
  readonly address: string
  readonly path: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly expect: string
  readonly frames?: number
}

/** What the load program is to do; the fields are explained where it reads them, `peers/load/main.go`. */
export type Order = Request & {
  readonly bodies?: readonly string[]
  readonly contentType?: string
  readonly follow?: string
  readonly callers: number
  /** No request begins later. */
  readonly seconds: number
  /** At most so many; 0: as many as fit into the time. */
  readonly requests?: number
  /** What is asked just before each request, to compare it with. */
  readonly beside?: Request
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
  /** With `beside`: by how much each request took longer than what was asked just before it. */
  readonly more?: Spread
  /** With `follow`: what each caller would have sent next. */
  readonly bodies?: readonly string[]
  /** Processor time that the load program itself took. */
  readonly ownCpuSeconds: number
}

const patienceS = 30

/** Runs the load program to its end, on the cores that it may have. */
export async function putLoad(program: string, order: Order, cores: string): Promise<Load> {
  const { command, args } = onCores(cores, program, [])
  const said = await exec(command, args, {
    input: JSON.stringify({ ...order, patience: patienceS }),
  })
  return JSON.parse(said) as Load
}

/** Processor time of a process and its children so far. */
export const cpuSecondsOf = async (pid: number): Promise<number> =>
  (await processTree(pid)).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)
