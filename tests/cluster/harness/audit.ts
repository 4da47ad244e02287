import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { text as textOf } from 'node:stream/consumers'

/** What the audit log says of one answered request. */
export type AuditEvent = {
  readonly verb: string
  readonly requestURI: string
  readonly user: { readonly username: string }
  readonly userAgent?: string
  readonly objectRef?: {
    readonly apiGroup?: string
    readonly resource?: string
    readonly subresource?: string
    readonly namespace?: string
    readonly name?: string
  }
  readonly responseStatus?: { readonly code?: number }
  readonly requestReceivedTimestamp: string
}

export type AuditFilter = {
  /** As the API server calls it: `system:serviceaccount:<namespace>:<name>` is a service account. */
  readonly user?: string
  readonly namespace?: string
  /** Only what came after so many bytes of the log: see `auditPosition`. */
  readonly from?: number
}

const writes = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

/** Whether a request was one that changes objects, whatever became of it. */
export const isWrite = ({ verb }: AuditEvent): boolean => writes.has(verb)

/** The end of the log at this moment: `const from = await auditPosition(log)` … `readAudit(log, { from })`. */
export const auditPosition = async (path: string): Promise<number> => (await stat(path)).size

/** Requests that were answered, oldest first; a line that is still being written is left out. */
export async function readAudit(path: string, filter: AuditFilter = {}): Promise<AuditEvent[]> {
  const { user, namespace, from = 0 } = filter
  const text = await textOf(createReadStream(path, { start: from }))
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter((event) => user === undefined || event.user.username === user)
    .filter((event) => namespace === undefined || event.objectRef?.namespace === namespace)
}
