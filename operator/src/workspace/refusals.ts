import { KubeFailure, type KubeReason } from '../kube/failure.ts'
import type { Refusal } from './observed.ts'

/** The API server will not have it, today: another try at once would get the same answer. */
const refusing: ReadonlySet<KubeReason> = new Set<KubeReason>([
  'BadRequest',
  'Forbidden',
  'Invalid',
  'MethodNotAllowed',
  'NotFound',
  'RequestEntityTooLarge',
  'UnsupportedMediaType',
])

/** What the API server said to a write that it refused; any other failure is thrown, since it ends the pass. */
export function refusalIn(
  error: unknown,
  { kind, name }: { readonly kind: string; readonly name: string },
): Refusal {
  if (!(error instanceof KubeFailure) || !refusing.has(error.reason)) throw error
  return { kind, name, message: error.message }
}
