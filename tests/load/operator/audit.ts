import { isWrite, readAudit } from '../../cluster/harness/audit.ts'

/** One write that reached the API server, as its audit log tells it. */
export type Written = {
  readonly verb: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Every write of a user so far, in the order of the log, but those to leases. */
export async function writesOf(auditLog: string, user: string): Promise<Written[]> {
  const events = (await readAudit(auditLog, { user })).filter(isWrite)
  return events
    .map(({ verb, objectRef = {}, requestReceivedTimestamp }) => {
      const { resource = '', subresource = '', namespace = '', name = '' } = objectRef
      return {
        verb,
        resource,
        subresource,
        namespace,
        name,
        at: Date.parse(requestReceivedTimestamp),
      }
    })
    .filter(({ resource }) => resource !== 'leases')
}
