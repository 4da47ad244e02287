import type { Metrics } from '@codelab/runtime/metrics'
import type { Cluster } from './cluster/cluster.ts'
import type { ControllerMetrics } from './controller/controller.ts'
import type { RequestSeen } from './kube/request.ts'

const passBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

/** Everything that the operator measures of itself. */
export function createOperatorMetrics(metrics: Metrics) {
  const waited = metrics.histogram(
    'queue_wait_seconds',
    'How long a workspace waited for its pass.',
    [],
    passBuckets,
  )
  const worked = metrics.histogram(
    'reconcile_seconds',
    'How long a pass took, by its result.',
    ['result'],
    passBuckets,
  )
  const retries = metrics.counter('reconcile_retries_total', 'Passes that failed and are repeated.')
  const requests = metrics.counter(
    'kube_requests_total',
    'Requests to the API server; status 0 is no answer.',
    ['verb', 'resource', 'status'],
  )
  const requestSeconds = metrics.histogram(
    'kube_request_seconds',
    'How long the API server took to answer.',
    ['verb'],
  )
  const interruptions = metrics.counter(
    'watch_interruptions_total',
    'Watches that ended other than by their time.',
    ['resource', 'reason'],
  )

  const controller: ControllerMetrics = {
    waited: (seconds) => waited.observe(seconds),
    worked: (seconds, result) => worked.observe({ result }, seconds),
    retried: () => retries.inc(),
  }
  return {
    controller,
    requested: ({ verb, resource, status, seconds }: RequestSeen): void => {
      requests.inc({ verb, resource, status })
      requestSeconds.observe({ verb }, seconds)
    },
    interrupted: (resource: string, reason: string): void => {
      interruptions.inc({ resource, reason })
    },
    /** Gauges that are asked for at each scrape. */
    watch({
      cluster,
      queueDepth,
      isLeading,
    }: {
      cluster: Pick<Cluster, 'sizes' | 'workspaces'>
      queueDepth: () => number
      isLeading: () => boolean
    }): void {
      metrics.gauge('queue_depth', 'Workspaces that wait for their pass.', [], (gauge) =>
        gauge.set(queueDepth()),
      )
      metrics.gauge('leading', '1 in the process that holds the lease.', [], (gauge) =>
        gauge.set(isLeading() ? 1 : 0),
      )
      metrics.gauge('known_objects', 'Objects kept, by kind.', ['resource'], (gauge) => {
        for (const { resource, size } of cluster.sizes()) gauge.set({ resource }, size)
      })
      metrics.gauge(
        'workspace_ready',
        '1 for a workspace that is ready, 0 for one that is not; the phase says why.',
        ['namespace', 'workspace', 'phase'],
        (gauge) => {
          gauge.reset()
          for (const { workspace } of cluster.workspaces()) {
            if (!workspace) continue
            const { metadata, status } = workspace
            const phase = status?.phase ?? 'Pending'
            const labels = { namespace: metadata.namespace, workspace: metadata.name, phase }
            const ready = status?.conditions?.some(
              (condition) => condition.type === 'Ready' && condition.status === 'True',
            )
            gauge.set(labels, ready ? 1 : 0)
          }
        },
      )
    },
  }
}
