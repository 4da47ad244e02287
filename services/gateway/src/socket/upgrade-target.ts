import { Id } from '@codelab/contracts/ids'
import { isPlainTarget } from '../proxy/destination.ts'

/** What the URL of an upgrade asks for. */
export type UpgradeTarget = {
  readonly sessionId: string
  /** The last `seq` the client has seen. */
  readonly after: number | undefined
  readonly viewer: boolean
}

export type UpgradeRefusal = { readonly status: 400 | 404; readonly message: string }

const refuse = (status: 400 | 404, message: string): UpgradeRefusal => ({ status, message })

function splitTarget(target: string): { path: string; search: string } {
  const at = target.indexOf('?')
  return at === -1
    ? { path: target, search: '' }
    : { path: target.slice(0, at), search: target.slice(at + 1) }
}

/** Reads `/ws/{session_id}?after=&role=`; answers a refusal when the path is another or a part is malformed. */
export function readUpgradeTarget(target: string): UpgradeTarget | UpgradeRefusal {
  const { path, search } = splitTarget(target)
  const segment = /^\/ws\/([^/]*)$/.exec(path)?.[1]
  if (segment === undefined)
    return refuse(404, 'There is no socket at this path; open /ws/{session_id}.')
  if (!isPlainTarget(target) || !Id.safeParse(segment).success) {
    return refuse(400, 'session_id: 1 to 128 letters, digits and . _ : - only')
  }
  const query = new URLSearchParams(search)
  const after = query.get('after')
  if (after !== null && !/^\d{1,15}$/.test(after)) {
    return refuse(400, 'after: give the last seq you have seen, a whole number from 0')
  }
  const role = query.get('role')
  if (role !== null && role !== 'viewer') return refuse(400, 'role: only viewer can be asked for')
  return {
    sessionId: segment,
    after: after === null ? undefined : Number(after),
    viewer: role === 'viewer',
  }
}
