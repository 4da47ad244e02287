import { readFile } from 'node:fs/promises'

type Entry = {
  readonly verb: string
  readonly user: { readonly username: string }
  readonly userAgent?: string
  readonly requestReceivedTimestamp: string
  readonly objectRef?: {
    readonly resource?: string
    readonly subresource?: string
    readonly namespace?: string
    readonly name?: string
  }
  readonly responseStatus?: { readonly code?: number }
}

/** One write that reached the API server, as its audit log tells it. */
export type Written = {
  readonly verb: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  readonly status: number
  /** Milliseconds since 1970. */
  readonly at: number
}

const writing: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete'])

const writtenBy = (user: string, line: string): Written[] => {
  const { verb, user: by, objectRef = {}, responseStatus, ...rest } = JSON.parse(line) as Entry
  if (by.username !== user || !writing.has(verb)) return []
  const { resource = '', subresource = '', namespace = '', name = '' } = objectRef
  const at = Date.parse(rest.requestReceivedTimestamp)
  return [{ verb, resource, subresource, namespace, name, status: responseStatus?.code ?? 0, at }]
}

/** Every write of a user so far, in the order of the log; those to its own lease apart. */
export async function writesOf(
  auditLog: string,
  user: string,
): Promise<{ writes: Written[]; renewals: Written[] }> {
  const text = await readFile(auditLog, 'utf8')
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  const all = lines.filter((line) => line !== '').flatMap((line) => writtenBy(user, line))
  return {
    writes: all.filter(({ resource }) => resource !== 'leases'),
    renewals: all.filter(({ resource }) => resource === 'leases'),
  }
}
