import type { Fault } from './fault.ts'
import { cuts } from './faults/cuts.ts'
import { kills } from './faults/kills.ts'
import { idleSockets } from './idle-sockets/idle-sockets.ts'
import { lateWriter } from './late-writer/late-writer.ts'
import { providerStorm } from './provider-storm/provider-storm.ts'

/** Every fault, in the order in which they are played. */
export const faults: readonly Fault[] = [cuts, kills, lateWriter, providerStorm, idleSockets]
