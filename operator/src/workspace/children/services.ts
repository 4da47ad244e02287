import type { Workspace } from '@codelab/contracts/workspace'
import { type Build, type Child, metadataOf } from '../child.ts'
import { selectorOf } from '../labels.ts'
import { childName, type Part } from '../names.ts'
import { processes } from '../processes.ts'

/** A Service of one port under its part's own name and number. */
export const serviceOf = (
  workspace: Workspace,
  part: Part,
  { name, port }: { name: string; port: number },
): Child => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadataOf(workspace, childName(workspace, part), part),
  spec: {
    type: 'ClusterIP',
    selector: selectorOf(workspace, part),
    ports: [{ name, port, targetPort: name, protocol: 'TCP' }],
  },
})

/** How the workspace's own processes are called; nobody calls the worker. */
export const servicesFor: Build<Child[]> = (workspace) =>
  (['gateway', 'agent', 'llm-proxy', 'auth'] as const).map((process) =>
    serviceOf(workspace, process, { name: 'http', port: processes[process].port! }),
  )
