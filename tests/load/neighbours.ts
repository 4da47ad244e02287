import { setTimeout as pause } from 'node:timers/promises'
import { shuffled } from './peers/order.ts'
import { quantile } from './statistics.ts'

/** Numbers that take as much room as most cores have of a second-level cache to themselves. */
const places = 262_144
const steps = 30_000
const looks = 100
const everyMs = 40
/** Beyond its quickest, and somebody else had the cache: from the third level everything takes three to four times as long. */
const disturbed = 1.8

/** A way through all places that no cache can guess. */
function wayThrough(): Int32Array {
  const order = shuffled(
    Array.from({ length: places }, (_, at) => at),
    Math.random,
  )
  const next = new Int32Array(places)
  for (const [at, place] of order.entries()) next[place] = order[(at + 1) % places]!
  return next
}

/** Follows the way; answers where it came to, so that it is followed indeed. */
function follow(way: Int32Array, from: number, count: number): number {
  let at = from
  for (let step = 0; step < count; step += 1) at = way[at]!
  return at
}

/**
 * How often of some moments the core had its second-level cache to itself, from 0 to 1. Who shares a core with strangers has it a part
 * of the time only, and long code suffers more from that than short: ratios between programs depend on it. Takes 5 s.
 */
export async function cacheOwnShare(): Promise<number> {
  const way = wayThrough()
  const took: number[] = []
  let at = 0
  for (let look = 0; look < looks; look += 1) {
    // What the others of this machine had in it is not the question.
    at = follow(way, at, places)
    const began = performance.now()
    at = follow(way, at, steps)
    took.push(performance.now() - began)
    await pause(everyMs)
  }
  const quickest = quantile(took, 0.05)
  return took.filter((ms) => ms < quickest * disturbed).length / looks
}
