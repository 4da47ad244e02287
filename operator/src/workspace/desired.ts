import type { Workspace } from '@codelab/contracts/workspace'
import type { Build, Child } from './child.ts'
import { agentFor, workerFor } from './children/agent.ts'
import { authFor } from './children/auth.ts'
import { autoscalersFor } from './children/autoscalers.ts'
import { disruptionBudgetsFor } from './children/disruption-budgets.ts'
import { gatewayFor } from './children/gateway.ts'
import { ingressFor } from './children/ingress.ts'
import { llmProxyFor } from './children/llm-proxy.ts'
import { migrationFor } from './children/migration.ts'
import { networkPoliciesFor } from './children/network-policies.ts'
import { postgresFor, postgresServiceFor } from './children/postgres.ts'
import { postgresVolumeFor } from './children/postgres-volume.ts'
import { providersFor } from './children/providers.ts'
import { redisFor, redisServiceFor } from './children/redis.ts'
import { serviceAccountFor } from './children/service-account.ts'
import { servicesFor } from './children/services.ts'
import { childKey, type Observed } from './observed.ts'
import type { Settings } from './settings.ts'

/** In the order of applying: what pods need comes before the pods, and policies before whom they keep apart. */
const builders: readonly Build<Child | Child[]>[] = [
  serviceAccountFor,
  networkPoliciesFor,
  providersFor,
  postgresVolumeFor,
  postgresServiceFor,
  redisServiceFor,
  servicesFor,
  postgresFor,
  redisFor,
  migrationFor,
  llmProxyFor,
  authFor,
  agentFor,
  workerFor,
  gatewayFor,
  disruptionBudgetsFor,
  autoscalersFor,
  ingressFor,
]

/** Every child but the Secrets, which are created once and never applied. Foreign objects under a child's name are included. */
export const wantedChildren = (
  workspace: Workspace,
  observed: Observed,
  settings: Settings,
): Child[] => builders.flatMap((build) => build(workspace, observed, settings) ?? [])

const keyOf = ({ kind, metadata }: Child): string => childKey(kind, metadata.name)

/** What is to be applied: every wanted child whose name nobody else has taken. */
export const desiredChildren = (
  workspace: Workspace,
  observed: Observed,
  settings: Settings,
): Child[] =>
  wantedChildren(workspace, observed, settings).filter(
    (child) => observed.children[keyOf(child)]?.ours !== false,
  )

/** Kinds that hold data or keys: never deleted because a spec changed. */
const kept = new Set(['PersistentVolumeClaim', 'Secret'])

/** Keys of children that this spec no longer wants. */
export function strayChildren(observed: Observed, desired: readonly Child[]): string[] {
  const wanted = new Set(desired.map(keyOf))
  return Object.entries(observed.children)
    .filter(([key, { ours }]) => ours && !wanted.has(key) && !kept.has(key.split('/')[0]!))
    .map(([key]) => key)
}
