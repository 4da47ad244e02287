import type { Workspace } from '@codelab/contracts/workspace'
import type { Observed } from './observed.ts'
import type { Settings } from './settings.ts'

/** The version that the spec, or else the operator, wants. */
export const wishedVersion = ({ spec }: Workspace, { version }: Settings): string =>
  spec.version ?? version

export const imageOf = ({ image }: Settings, version: string): string =>
  `${image.repository}:${version}`

/** Two witnesses, since each may be a moment old: the status that was written after it, and the Job itself. */
export const isMigrated = (
  workspace: Workspace,
  observed: Observed,
  { version, job }: { version: string; job: string },
): boolean => workspace.status?.version === version || observed.jobs[job]?.complete === true

/** The version that pods run: the old one until the database is ready for the new; a first one has nothing to wait for. */
export const runningVersion = (
  workspace: Workspace,
  observed: Observed,
  wished: { version: string; job: string },
): string =>
  isMigrated(workspace, observed, wished)
    ? wished.version
    : (workspace.status?.version ?? wished.version)
