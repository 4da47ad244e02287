import type { V1EnvVar } from '@kubernetes/client-node'
import type { Workspace } from '@codelab/contracts/workspace'
import type { Build, Workload } from '../child.ts'
import { processes } from '../processes.ts'
import { addressOf } from './addresses.ts'
import { databaseVariables, internalToken, plain, redisVariables } from './environment.ts'
import { processFor } from './process.ts'

const variablesFor = (workspace: Workspace, role: 'api' | 'worker'): V1EnvVar[] => {
  const { agent, models } = workspace.spec
  const rules = agent.approvals?.rules ?? []
  return [
    plain('AGENT_ROLES', role),
    plain('AGENT_HOST', '0.0.0.0'),
    plain('AGENT_PORT', processes.agent.port!),
    ...databaseVariables(workspace),
    ...redisVariables(workspace),
    plain('LLM_PROXY_URL', addressOf(workspace, 'llm-proxy')),
    internalToken(workspace),
    plain('CONTEXT_MAX_TOKENS', agent.contextTokens),
    // Only a worker runs jobs, so a change leaves the streams of the api alone.
    ...(role === 'worker' ? jobVariables(agent) : []),
    ...(rules.length > 0 ? [plain('APPROVAL_RULES', JSON.stringify(rules))] : []),
    ...compactionVariables(agent.compaction),
    ...(models.default ? [plain('DEFAULT_MODEL', models.default)] : []),
  ]
}

type Agent = Workspace['spec']['agent']
type Compaction = Agent['compaction']

const jobVariables = ({ jobs, embeddingModel }: Agent): V1EnvVar[] => [
  plain('JOBS_CONCURRENCY', jobs.concurrency),
  ...(embeddingModel ? [plain('EMBEDDING_MODEL', embeddingModel)] : []),
]

const compactionVariables = (compaction: Compaction): V1EnvVar[] => [
  ...(compaction?.enabled === false ? [plain('COMPACTION', 'off')] : []),
  ...(compaction?.model ? [plain('COMPACTION_MODEL', compaction.model)] : []),
]

/** The agent in its role `api`: calls and streams. */
export const agentFor: Build<Workload> = (workspace, observed, settings) =>
  processFor(workspace, observed, settings, {
    process: 'agent',
    variables: variablesFor(workspace, 'api'),
  })

/** The same program in its role `worker`: it runs the steps, and nobody calls it. */
export const workerFor: Build<Workload> = (workspace, observed, settings) =>
  processFor(workspace, observed, settings, {
    process: 'worker',
    variables: variablesFor(workspace, 'worker'),
  })
