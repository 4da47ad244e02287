import { type Clock, systemClock } from '../clock.ts'
import type { Connection } from './connection.ts'
import { createReads } from './reads.ts'
import { createSender, type RequestSeen } from './request.ts'
import { createWrites } from './writes.ts'

export type KubeClient = ReturnType<typeof createKubeClient>

type Settings = {
  readonly connection: Connection
  /** Owner of the fields that `apply` sends: one name for ever, or old fields would stay behind. */
  readonly fieldManager?: string
  readonly clock?: Clock
  readonly random?: () => number
  /** For a request with all its tries, and for the beginning of a watch. */
  readonly timeoutMs?: number
  readonly onRequest?: (seen: RequestSeen) => void
}

/**
 * The verbs of the API server on raw JSON: what a type does not know passes through unharmed.
 * Everything that fails throws `KubeFailure`, except where a verb says otherwise; an abort throws its reason.
 */
export function createKubeClient({
  connection,
  fieldManager = 'codelab-operator',
  clock = systemClock,
  random = Math.random,
  timeoutMs = 30_000,
  onRequest,
}: Settings) {
  const sender = createSender({ connection, clock, random, timeoutMs, onRequest })
  return { ...createReads(sender), ...createWrites(sender, fieldManager) }
}
