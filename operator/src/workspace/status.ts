import { conditionTypes, type WorkspaceStatus } from '@codelab/contracts/workspace-status'
import type { Workspace } from '@codelab/contracts/workspace'
import { migrationNameFor } from './children/migration.ts'
import { wantedSecrets } from './children/secrets.ts'
import { credentialsValid } from './conditions/credentials.ts'
import { migrated } from './conditions/migrated.ts'
import { podCount, stateOfAll } from './conditions/pods.ts'
import { phaseOf, ready } from './conditions/ready.ts'
import { cacheReady, databaseReady } from './conditions/stores.ts'
import { wantedChildren } from './desired.ts'
import { endpointOf } from './endpoint.ts'
import { type Part, parts } from './names.ts'
import { childKey, type Observed } from './observed.ts'
import { finding } from './reasons.ts'
import type { Settings } from './settings.ts'
import { isMigrated, wishedVersion } from './version.ts'

/** Objects of somebody else under the names of our children. */
function takenNames(workspace: Workspace, observed: Observed, settings: Settings): string[] {
  const children = wantedChildren(workspace, observed, settings)
    .filter(
      ({ kind, metadata }) => observed.children[childKey(kind, metadata.name)]?.ours === false,
    )
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
  const secrets = wantedSecrets(workspace)
    .filter(({ name }) => observed.secrets[name]?.ours === false)
    .map(({ name }) => `Secret ${name}`)
  return [...secrets, ...children]
}

const partsOf = ({ spec }: Workspace): Part[] =>
  parts.filter((part) => (part === 'postgres' || part === 'redis' ? spec[part].managed : true))

/**
 * The status that says what was observed. `now` (RFC 3339, whole seconds) only marks conditions whose status has changed, so
 * that a pass in which nothing did gives the status it found.
 */
export function statusOf(
  workspace: Workspace,
  observed: Observed,
  settings: Settings,
  now: string,
): WorkspaceStatus {
  const version = wishedVersion(workspace, settings)
  const wished = { version, job: migrationNameFor(workspace, observed, settings) }
  const counts = partsOf(workspace).map((part) => podCount(workspace, observed, part))
  const running = (...among: Part[]) =>
    stateOfAll(counts.filter(({ part }) => among.includes(part)))
  const component = <Type extends 'GatewayReady' | 'AgentReady' | 'LlmProxyReady' | 'AuthReady'>(
    type: Type,
    ...among: Part[]
  ) => {
    const { state, message } = running(...among)
    return finding(type, state, message)
  }
  const each = {
    CredentialsValid: credentialsValid(workspace, observed),
    DatabaseReady: databaseReady(workspace, observed, wished.job),
    CacheReady: cacheReady(workspace, observed),
    Migrated: migrated(workspace, observed, wished),
    GatewayReady: component('GatewayReady', 'gateway'),
    AgentReady: component('AgentReady', 'agent', 'worker'),
    LlmProxyReady: component('LlmProxyReady', 'llm-proxy'),
    AuthReady: component('AuthReady', 'auth'),
  }
  const whole = ready(workspace, observed, each, {
    taken: takenNames(workspace, observed, settings),
    // A Deployment does not count pods that are on their way out.
    podsLeft: Math.max(
      observed.pods ?? 0,
      counts.reduce((sum, { child }) => sum + (child?.total ?? 0), 0),
    ),
  })
  const findings = { Ready: whole, ...each }
  const before = new Map(
    workspace.status?.conditions?.map((condition) => [condition.type, condition]),
  )
  const observedGeneration = workspace.metadata.generation
  const reached = isMigrated(workspace, observed, wished) ? version : workspace.status?.version
  return {
    phase: phaseOf(workspace, whole, each.CredentialsValid),
    observedGeneration,
    endpoint: endpointOf(workspace),
    ...(reached && { version: reached }),
    components: counts.map(({ part, ready: pods, desired }) => ({
      name: part,
      ready: pods,
      desired,
    })),
    conditions: conditionTypes.map((type) => {
      const old = before.get(type)
      const { status, reason, message } = findings[type]
      const lastTransitionTime = old?.status === status ? old.lastTransitionTime : now
      return { type, status, reason, message, lastTransitionTime, observedGeneration }
    }),
  }
}
