import type { Log } from '@codelab/runtime/log'

type Sweep = { name: string; everyMs: number; run: () => Promise<unknown> }

/** Runs each sweep again and again, one after the other, each `everyMs` after its last end. A failed one is tried again next time. */
export function startSweeper(sweeps: readonly Sweep[], log: Log): { stop(): Promise<void> } {
  let stopped = false
  const wakers = new Set<() => void>()
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        wakers.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      wakers.add(wake)
    })
  const loop = async ({ name, everyMs, run }: Sweep) => {
    let failing = false
    while (!stopped) {
      await pause(everyMs)
      if (stopped) return
      try {
        await run()
        failing = false
      } catch (error) {
        if (!failing) log.warn({ err: error, sweep: name }, 'a sweep failed')
        failing = true
      }
    }
  }
  const loops = sweeps.map(loop)
  return {
    async stop() {
      stopped = true
      for (const wake of [...wakers]) wake()
      await Promise.all(loops)
    },
  }
}
