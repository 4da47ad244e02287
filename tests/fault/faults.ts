import type { Fault } from './fault.ts'
import { idleSockets } from './idle-sockets/idle-sockets.ts'

/** Every fault, in the order in which they are played. */
export const faults: readonly Fault[] = [idleSockets]
