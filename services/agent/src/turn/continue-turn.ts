import type { Work } from './work.ts'

/** Queues the turn's next step as soon as nothing of the last one is open any more. */
export async function continueTurn(work: Work, turnId: string): Promise<void> {
  if (work.head.turnId !== turnId) return
  if ((await work.calls.openOf(turnId)).length > 0) return
  work.head.step += 1
  work.queueStep()
}
