import type { Component } from '@codelab/contracts/workspace-parts'
import type { Workspace } from '@codelab/contracts/workspace'

export const processNames = ['gateway', 'agent', 'worker', 'llm-proxy', 'auth'] as const
export type ProcessName = (typeof processNames)[number]

type Amounts = { readonly cpu: string; readonly memory: string }
type Process = {
  /** Absent: nobody calls it. */
  readonly port?: number
  /** Probes and metrics. */
  readonly adminPort: number
  /** The bundle in the image. */
  readonly program: string
  readonly requests: Amounts
  readonly limits: Amounts
}

/** Our own processes: the ports of the wire, and what one needs at rest and may use at most. */
export const processes: Readonly<Record<ProcessName, Process>> = {
  gateway: {
    port: 8000,
    adminPort: 9000,
    program: 'gateway',
    requests: { cpu: '50m', memory: '96Mi' },
    limits: { cpu: '2', memory: '512Mi' },
  },
  agent: {
    port: 8001,
    adminPort: 9001,
    program: 'agent',
    requests: { cpu: '50m', memory: '128Mi' },
    limits: { cpu: '2', memory: '512Mi' },
  },
  worker: {
    adminPort: 9001,
    program: 'agent',
    requests: { cpu: '50m', memory: '128Mi' },
    limits: { cpu: '2', memory: '768Mi' },
  },
  'llm-proxy': {
    port: 8002,
    adminPort: 9002,
    program: 'llm-proxy',
    requests: { cpu: '50m', memory: '96Mi' },
    limits: { cpu: '2', memory: '512Mi' },
  },
  auth: {
    port: 8003,
    adminPort: 9003,
    program: 'auth',
    requests: { cpu: '50m', memory: '128Mi' },
    limits: { cpu: '2', memory: '512Mi' },
  },
}

const fieldOf = {
  gateway: 'gateway',
  agent: 'agent',
  worker: 'worker',
  'llm-proxy': 'llmProxy',
  auth: 'auth',
} as const satisfies Record<ProcessName, keyof Workspace['spec']>

/** The block of the spec that speaks of a process. */
export const componentOf = ({ spec }: Workspace, process: ProcessName): Component =>
  spec[fieldOf[process]]

/** How many pods are asked for; undefined leaves it to the autoscaler. */
export function replicasOf(workspace: Workspace, process: ProcessName): number | undefined {
  if (workspace.spec.suspended) return 0
  const { replicas, autoscaling } = componentOf(workspace, process)
  return autoscaling ? undefined : (replicas ?? 1)
}
