import { Failure } from '@codelab/runtime/failure'
import type { Work } from './work.ts'

/** A session expires a while after its last activity; it stays readable, but takes no messages. */
export const isExpired = (lastActivityAt: Date, now: Date, ttlMs: number): boolean =>
  now.getTime() - lastActivityAt.getTime() > ttlMs

/** Throws `conflict` when the session has expired. */
export function refuseExpired({ head, now, settings }: Work): void {
  if (isExpired(head.lastActivityAt, now, settings.sessionTtlMs)) {
    throw new Failure('conflict', {
      message: 'This session has expired and can only be read; start another one.',
    })
  }
}
