import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const mebibyte = 1024 ** 2
/** How often a process looks back on what it did since the last look. */
const lookEveryMs = 30_000
/** A process is calm that took no more of one core than this: a thousand idle sockets, a few streams and probes. */
const calmShare = 0.05
/** Less is not worth the pause, about 0.15 s for a heap of 50 MiB. */
const worthBytes = 8 * mebibyte
const worthShare = 0.1

export type Look = {
  /** Processor time since the last look, as a share of one core. Not the event loop's own figure: beside busy neighbours it counts waiting as work. */
  readonly busyShare: number
  /** What V8 holds for the heap now, free pages included, and what it held after the last collection; 0 before the first. */
  readonly heapBytes: number
  readonly heapBytesAfterLast: number
}

/** True when nobody waits for this process and its heap has grown by enough since it was last collected. */
export const isTimeToCollect = ({ busyShare, heapBytes, heapBytesAfterLast }: Look): boolean =>
  busyShare <= calmShare &&
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
  let used = process.cpuUsage()
  let lookedAt = performance.now()
  const look = () => {
    const { user, system } = process.cpuUsage(used)
    const busyShare = (user + system) / 1_000 / (performance.now() - lookedAt)
    const heapBytes = getHeapStatistics().total_heap_size
    if (isTimeToCollect({ busyShare, heapBytes, heapBytesAfterLast })) {
      collect({ type: 'major', flavor: 'last-resort' })
      heapBytesAfterLast = getHeapStatistics().total_heap_size
    }
    used = process.cpuUsage()
    lookedAt = performance.now()
  }
  setInterval(look, everyMs).unref()
}
