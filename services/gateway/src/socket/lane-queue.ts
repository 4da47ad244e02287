import type { Lanes } from './lanes.ts'

/**
 * Runs tasks at once unless an earlier one of a lane they wait for has not ended. `weight` (bytes) of what is waiting or running is counted;
 * `onFull` is called when count or weight pass their limit and `onRoom` when both are below half of it again. Tasks must not reject.
 */
export function createLaneQueue({
  maxTasks,
  maxWeight,
  onFull,
  onRoom,
}: {
  maxTasks: number
  maxWeight: number
  onFull: () => void
  onRoom: () => void
}) {
  const tails = new Map<string, Promise<void>>()
  const idleWaiters = new Set<() => void>()
  let tasks = 0
  let weights = 0
  let full = false

  const enter = (weight: number) => {
    tasks += 1
    weights += weight
    if (full || (tasks < maxTasks && weights < maxWeight)) return
    full = true
    onFull()
  }

  const leave = (weight: number) => {
    tasks -= 1
    weights -= weight
    if (full && tasks <= maxTasks / 2 && weights <= maxWeight / 2) {
      full = false
      onRoom()
    }
    if (tasks > 0) return
    for (const wake of idleWaiters) wake()
    idleWaiters.clear()
  }

  return {
    add({ joins, waitsFor }: Lanes, weight: number, task: () => Promise<void>): void {
      enter(weight)
      const earlier = waitsFor.flatMap((lane) => tails.get(lane) ?? [])
      const before = earlier.length === 0 ? undefined : Promise.all(earlier)
      const own = (before ? before.then(task) : task()).finally(() => {
        if (tails.get(joins) === tail) tails.delete(joins)
        leave(weight)
      })
      const previous = tails.get(joins)
      const tail = previous ? Promise.all([previous, own]).then(() => undefined) : own
      tails.set(joins, tail)
    },
    /** Resolves once nothing waits or runs. */
    idle: (): Promise<void> =>
      tasks === 0 ? Promise.resolve() : new Promise((resolve) => idleWaiters.add(resolve)),
  }
}
