import type { Fault } from './fault.ts'
import { approvalRestart } from './approval-restart/approval-restart.ts'
import { cuts } from './faults/cuts.ts'
import { kills } from './faults/kills.ts'
import { postgres } from './faults/postgres.ts'
import { redis } from './faults/redis.ts'
import { crashPoints } from './crash-points/crash-points.ts'
import { idleSockets } from './idle-sockets/idle-sockets.ts'
import { lateWriter } from './late-writer/late-writer.ts'
import { providerStorm } from './provider-storm/provider-storm.ts'

/** Every fault, in the order in which they are played. */
export const faults: readonly Fault[] = [
  cuts,
  kills,
  redis,
  postgres,
  crashPoints,
  approvalRestart,
  lateWriter,
  providerStorm,
  idleSockets,
]
