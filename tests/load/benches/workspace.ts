import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { auditPosition, isWrite, readAudit } from '../../cluster/harness/audit.ts'
import { missingForCluster } from '../../cluster/harness/requirements.ts'
import { type Installed, installOperator, operatorNamespace } from '../../cluster/installed.ts'
import { type WorkspaceHandle, workspaceIn } from '../../cluster/workspaces.ts'
import { until } from '../../support/until.ts'
import type { Bench, Figure } from '../bench.ts'
import { median } from '../statistics.ts'

const rounds = 5
const restMs = 30_000
const operatorUser = `system:serviceaccount:${operatorNamespace}:codelab-codelab-operator`

type Summary = {
  readonly pods: readonly {
    readonly podRef: { readonly name: string; readonly namespace: string }
    readonly memory?: { readonly workingSetBytes?: number; readonly rssBytes?: number }
  }[]
}

/** What the kubelet says that the pods of a namespace hold, in MiB. */
async function memoryOf({ cluster }: Installed, namespace: string) {
  const [node] = JSON.parse(await cluster.kubectl(['get', 'nodes', '-o', 'json'])).items as {
    metadata: { name: string }
  }[]
  const path = `/api/v1/nodes/${node!.metadata.name}/proxy/stats/summary`
  const { pods } = JSON.parse(await cluster.kubectl(['get', '--raw', path])) as Summary
  const own = pods.filter(({ podRef }) => podRef.namespace === namespace)
  const sum = (field: 'workingSetBytes' | 'rssBytes') =>
    own.reduce((total, { memory }) => total + (memory?.[field] ?? 0), 0) / 1_048_576
  return { workingSet: sum('workingSetBytes'), rss: sum('rssBytes') }
}

const gone = (workspace: WorkspaceHandle) =>
  until('its pods to be gone', async () => (await workspace.objects('pods')).length === 0, 120_000)

/** Milliseconds from `kubectl apply` to Ready of a workspace in a namespace of its own, and what the operator wrote meanwhile. */
async function comesUp(installed: Installed, round: number) {
  const namespace = `bench-${round}`
  await installed.namespace(namespace)
  const workspace = workspaceIn(installed.cluster, { namespace, name: 'acme' })
  const { auditLog } = installed.cluster
  const from = auditLog ? await auditPosition(auditLog) : 0
  const began = performance.now()
  await workspace.apply({ deletionPolicy: 'Delete' })
  await workspace.phase('Ready', 'AllReady')
  const seconds = (performance.now() - began) / 1_000
  const writes = auditLog
    ? (await readAudit(auditLog, { user: operatorUser, namespace, from })).filter(isWrite)
    : []
  const statuses = writes.filter(({ objectRef }) => objectRef?.subresource === 'status').length
  return { workspace, seconds, statuses }
}

/** A default workspace on a real node: how fast it comes up, what it takes, and that nothing is left of a suspended one. */
export const workspace: Bench = {
  name: 'workspace',
  about:
    'a default workspace on a real cluster: from apply to Ready, memory and pods at rest, suspended',
  async run({ say }): Promise<Figure[]> {
    const missing = await missingForCluster()
    if (missing) throw new Error(missing)
    const installed = await installOperator({ audit: true })
    try {
      const seconds: number[] = []
      const statuses: number[] = []
      for (let round = 1; round <= rounds; round += 1) {
        const up = await comesUp(installed, round)
        seconds.push(up.seconds)
        statuses.push(up.statuses)
        say(`from apply to Ready: ${up.seconds.toFixed(1)} s, ${up.statuses} status writes`)
        if (round === rounds) break
        await up.workspace.delete()
        await gone(up.workspace)
      }
      const last = workspaceIn(installed.cluster, { namespace: `bench-${rounds}`, name: 'acme' })
      await pause(restMs)
      const pods = (await last.pods()).length
      const memory = await memoryOf(installed, last.namespace)
      const operator = await memoryOf(installed, operatorNamespace)
      await last.patch({ suspended: true })
      await last.phase('Suspended')
      const suspended = (await last.pods()).length
      return [
        {
          name: 'from kubectl apply to Ready, median',
          value: median(seconds),
          unit: 's',
          atMost: 25,
        },
        {
          name: 'from kubectl apply to Ready, longest',
          value: Math.max(...seconds),
          unit: 's',
          atMost: 25,
        },
        {
          name: 'status writes until Ready, at most',
          value: Math.max(...statuses),
          unit: 'count',
          atMost: 3,
        },
        { name: 'pods at rest', value: pods, unit: 'count', atMost: 8 },
        { name: 'memory at rest, working set', value: memory.workingSet, unit: 'MiB', atMost: 900 },
        { name: 'memory at rest, RSS', value: memory.rss, unit: 'MiB', atMost: 900 },
        {
          name: 'operator with one workspace, working set',
          value: operator.workingSet,
          unit: 'MiB',
        },
        { name: 'pods of a suspended workspace', value: suspended, unit: 'count', atMost: 0 },
      ]
    } finally {
      await installed.down()
    }
  },
}
