import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const mebibyte = 1024 ** 2
/** How often a process looks back on what it did since the last look. */
const lookEveryMs = 30_000
/** A process is calm that took no more of one core than this: a thousand idle sockets, a few streams and probes. */
const calmShare = 0.05
/**
 * It is collected once so many looks in a row found it calm, five minutes. Such a collection also drops the types of objects that no
 * request holds at that moment, and the optimised code that knows them: the next requests pay for it until it is made anew.
 */
const longCalm = 10
/** Less is not worth the pause, about 0.15 s for a heap of 50 MiB. */
const worthBytes = 8 * mebibyte
const worthShare = 0.1

/** `busyShare` is the processor time since the last look, as a share of one core. Not the event loop's own figure: beside busy neighbours it counts waiting as work. */
export const isCalm = (busyShare: number): boolean => busyShare <= calmShare

export type Look = {
  /** Looks in a row, this one included, that found the process calm since it was last collected. */
  readonly calmLooks: number
  /** What V8 holds for the heap now, free pages included, and what it held after the last collection; 0 before the first. */
  readonly heapBytes: number
  readonly heapBytesAfterLast: number
}

/** True when nobody has asked much of this process for long and its heap has grown by enough since it was last collected. */
export const isTimeToCollect = ({ calmLooks, heapBytes, heapBytesAfterLast }: Look): boolean =>
  calmLooks >= longCalm &&
  heapBytes - heapBytesAfterLast >= Math.max(worthBytes, worthShare * heapBytesAfterLast)

/** V8's own `gc`, which Node shows only to contexts made after the flag is set. */
type Collect = (how: { type: 'major'; flavor: 'last-resort' }) => void
function exposedCollect(): Collect {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as Collect
}

/**
 * Gives the memory of a burst back to the machine once the process is calm again. V8 by itself keeps the pages that its young generation
 * grew to until allocation drives it into another full collection, which in a quiet server never comes: a gateway kept a third of
 * its memory for as long as anybody watched (docs/benchmarks.md, faults). Only this kind of collection lets the free pages go.
 * Goes on to the end of the process and does not keep it alive.
 */
export function collectWhenCalm(everyMs: number = lookEveryMs): void {
  const collect = exposedCollect()
  let heapBytesAfterLast = 0
  let calmLooks = 0
  let used = process.cpuUsage()
  let lookedAt = performance.now()
  const look = () => {
    const { user, system } = process.cpuUsage(used)
    const busyShare = (user + system) / 1_000 / (performance.now() - lookedAt)
    const heapBytes = getHeapStatistics().total_heap_size
    calmLooks = isCalm(busyShare) ? calmLooks + 1 : 0
    if (isTimeToCollect({ calmLooks, heapBytes, heapBytesAfterLast })) {
      collect({ type: 'major', flavor: 'last-resort' })
      heapBytesAfterLast = getHeapStatistics().total_heap_size
      calmLooks = 0
    }
    used = process.cpuUsage()
    lookedAt = performance.now()
  }
  setInterval(look, everyMs).unref()
}
