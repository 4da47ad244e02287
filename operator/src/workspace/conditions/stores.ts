import type { Workspace } from '@codelab/contracts/workspace'
import type { Observed } from '../observed.ts'
import { type Finding, finding } from '../reasons.ts'
import { referenceProblems } from './credentials.ts'
import { podCount, stateOf } from './pods.ts'

/** The exit code (sysexits.h EX_UNAVAILABLE) by which a migration says that the database would not have it. */
export const databaseRefused = 69

/** The migration Job and the pods that cannot be ready without a database are its witnesses. */
function externalDatabase(workspace: Workspace, observed: Observed, job: string): Finding {
  const [problem] = referenceProblems(workspace, observed, 'database')
  if (problem) return finding('DatabaseReady', problem.reason, problem.message)
  const path = 'spec.postgres.external'
  if (['agent', 'auth'].some((part) => podCount(workspace, observed, part as 'agent').ready > 0)) {
    return finding('DatabaseReady', 'Reachable', `${path}: the database answers`)
  }
  const failure = observed.jobs[job]?.failure
  return failure?.exitCode === databaseRefused
    ? finding('DatabaseReady', 'Refused', `${path}.secretRef: ${failure.message}`)
    : finding('DatabaseReady', 'NotChecked', `${path}: no pod has reached the database yet`)
}

export function databaseReady(workspace: Workspace, observed: Observed, job: string): Finding {
  if (workspace.spec.postgres.external) return externalDatabase(workspace, observed, job)
  const { state, message } = stateOf(podCount(workspace, observed, 'postgres'))
  return finding('DatabaseReady', state, message)
}

export function cacheReady(workspace: Workspace, observed: Observed): Finding {
  if (workspace.spec.redis.external) {
    const [problem] = referenceProblems(workspace, observed, 'cache')
    return problem
      ? finding('CacheReady', problem.reason, problem.message)
      : finding('CacheReady', 'External', 'spec.redis.external: not watched by the operator')
  }
  const { state, message } = stateOf(podCount(workspace, observed, 'redis'))
  return finding('CacheReady', state, message)
}
