import type { Fault } from './fault.ts'

/** Every fault, in the order in which they are played. */
export const faults: readonly Fault[] = []
