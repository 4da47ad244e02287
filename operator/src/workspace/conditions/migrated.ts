import type { Workspace } from '@codelab/contracts/workspace'
import type { Observed } from '../observed.ts'
import { type Finding, finding } from '../reasons.ts'
import { isMigrated } from '../version.ts'

export function migrated(
  workspace: Workspace,
  observed: Observed,
  wished: { version: string; job: string },
): Finding {
  const { version, job } = wished
  if (isMigrated(workspace, observed, wished)) {
    return finding('Migrated', 'Migrated', `the database fits version ${version}`)
  }
  if (workspace.spec.suspended) {
    return finding('Migrated', 'WaitingForResume', `version ${version} waits for spec.suspended`)
  }
  const failure = observed.jobs[job]?.failure
  return failure
    ? finding('Migrated', 'MigrationFailed', `Job ${job}: ${failure.message}`)
    : finding('Migrated', 'Migrating', `Job ${job} brings the database to version ${version}`)
}
