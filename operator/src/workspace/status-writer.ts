import { isDeepStrictEqual } from 'node:util'
import type { WorkspaceStatus } from '@codelab/contracts/workspace-status'
import type { Workspace } from '@codelab/contracts/workspace'
import type { Clock } from '../clock.ts'
import { failedWith } from '../kube/failure.ts'
import { keyText, type KubeObject } from '../kube/object.ts'
import type { Writes } from '../kube/writes.ts'
import { restBeforeWrite } from './status-timing.ts'

type Written = {
  readonly uid: string
  readonly status: WorkspaceStatus
  /** The resource version that the write led to. */
  readonly version: string
  readonly at: number
}

export type StatusWriter = ReturnType<typeof createStatusWriter>

/** Writes statuses that differ, not more often than is worth it, and knows those that the watch has not told of yet. */
export function createStatusWriter({
  writes,
  clock,
  onWritten,
}: {
  writes: Pick<Writes, 'applyStatus'>
  clock: Clock
  /** After each write, with the status before it. */
  onWritten: (workspace: Workspace, before: WorkspaceStatus | undefined) => void
}) {
  const written = new Map<string, Written>()

  return {
    /** The workspace with the status that was last written to it, though the watch may still show an older one. */
    current(workspace: Workspace): Workspace {
      const last = written.get(keyText(workspace.metadata))
      const isNewer =
        last?.uid === workspace.metadata.uid &&
        Number(last.version) > Number(workspace.metadata.resourceVersion)
      return isNewer ? { ...workspace, status: last.status } : workspace
    },
    /** Answers how many milliseconds later to come again when it is too early to write; undefined when all is said. */
    async write(
      workspace: Workspace,
      status: WorkspaceStatus,
      signal: AbortSignal,
    ): Promise<number | undefined> {
      if (isDeepStrictEqual(workspace.status, status)) return undefined
      const { apiVersion, kind, metadata } = workspace
      const { name, namespace, uid } = metadata
      const key = keyText(metadata)
      const last = written.get(key)
      const at = clock.now()
      if (last?.uid === uid) {
        const leftMs = last.at + restBeforeWrite(workspace.status, status) - at
        if (leftMs > 0) return leftMs
      }
      const object: KubeObject & { status: WorkspaceStatus } = {
        apiVersion,
        kind,
        metadata: { name, namespace, uid },
        status,
      }
      try {
        const answer = await writes.applyStatus(object, { signal })
        written.set(key, { uid, status, version: answer.metadata.resourceVersion ?? '0', at })
        onWritten({ ...workspace, status }, workspace.status)
      } catch (error) {
        // Gone, or another one of the same name: its own pass says what there is to say.
        if (!failedWith(error, 'NotFound', 'Conflict')) throw error
      }
      return undefined
    },
    forget(key: string): void {
      written.delete(key)
    },
  }
}
