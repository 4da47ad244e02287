import { randomBytes, randomUUID } from 'node:crypto'
import type { KubeConfig } from '@kubernetes/client-node'
import { createLog, type Log } from '@codelab/runtime/log'
import { createMetrics } from '@codelab/runtime/metrics'
import type { Running } from '@codelab/runtime/process'
import { startAdmin } from '@codelab/runtime/serve'
import { systemClock } from './clock.ts'
import { createCluster } from './cluster/cluster.ts'
import { createSecretDigests } from './cluster/secret-digests.ts'
import { type Config, workspaceSettings } from './config.ts'
import { createController } from './controller/controller.ts'
import { loadConfig } from './kube/access.ts'
import { createKubeClient } from './kube/client.ts'
import { createConnection } from './kube/connection.ts'
import { createEvents } from './kube/events.ts'
import { fencedWrites } from './kube/fence.ts'
import { createElection } from './kube/lease.ts'
import { createOperatorMetrics } from './metrics.ts'
import { announcementOf } from './workspace/announce.ts'
import { createReconcile } from './workspace/reconcile.ts'
import { createStatusWriter } from './workspace/status-writer.ts'

/** How long a pass under way may go on when the process is to end; the next leader waits for it. */
const graceMs = 1_000

const controllerName = 'codelab.dev/operator'

/** What a process finds by itself when it is not given. */
type Given = {
  /** Where the API server is and who we are to it. */
  readonly load?: () => KubeConfig
  readonly log?: Log
}

/**
 * Starts the operator: every process keeps its copy of the cluster in step, one of them leads and writes. `lost` is called when
 * leadership was lost: the process must then end at once.
 */
export async function start(
  config: Config,
  lost: () => void,
  {
    load = loadConfig,
    log = createLog({ service: 'operator', level: config.LOG_LEVEL }),
  }: Given = {},
): Promise<Running> {
  const metrics = createMetrics('operator')
  const measured = createOperatorMetrics(metrics)
  const clock = systemClock
  const wall = () => new Date()

  const connection = createConnection({ load })
  const client = createKubeClient({ connection, onRequest: measured.requested })
  // A renewal must not wait behind other requests.
  const leaseConnection = createConnection({ load, connections: 1 })
  const election = createElection({
    client: createKubeClient({ connection: leaseConnection, onRequest: measured.requested }),
    key: { namespace: config.OPERATOR_NAMESPACE, name: config.LEASE_NAME },
    identity: `${config.POD_NAME}_${randomUUID()}`,
    log,
  })
  const writes = fencedWrites(client, election.fence)

  const cluster = createCluster({
    client,
    log,
    namespaces: config.WATCH_NAMESPACES,
    onInterruption: measured.interrupted,
    changed(why, keys) {
      for (const key of keys) controller.enqueue(key, why === 'news' ? 'high' : 'low')
    },
  })
  const events = createEvents({
    reads: client,
    writes,
    instance: config.POD_NAME,
    controller: controllerName,
    log,
    wall,
  })
  const statuses = createStatusWriter({
    writes,
    clock,
    onWritten(workspace, before) {
      const announcement = workspace.status && announcementOf(before, workspace.status)
      if (announcement) void events.record(workspace, announcement, stopping.signal)
    },
  })
  const controller = createController({
    reconcile: createReconcile({
      cluster,
      reads: client,
      writes,
      digests: createSecretDigests({ client }),
      statuses,
      events,
      settings: workspaceSettings(config),
      wall,
      randomBytes,
    }),
    log,
    metrics: measured.controller,
    workers: config.WORKERS,
    clock,
  })
  measured.watch({ cluster, queueDepth: controller.depth, isLeading: election.isLeading })

  const stopping = new AbortController()
  const admin = await startAdmin({
    host: config.OPERATOR_HOST,
    port: config.ADMIN_PORT,
    metrics,
    ready: () => cluster.hasSynced() && !stopping.signal.aborted,
  })

  const lead = async () => {
    if (!(await cluster.whenSynced())) return
    log.info({ known: cluster.sizes() }, 'in step with the cluster')
    election.start()
    if (!(await election.whenLeading())) return
    controller.start()
    if ((await election.whenEnded()) === 'lost') lost()
  }
  cluster.start()
  void lead()
  log.info({ namespaces: config.WATCH_NAMESPACES, admin: admin.url }, 'operator started')

  return {
    url: admin.url,
    adminUrl: admin.url,
    async stop() {
      await controller.stop({ graceMs })
      stopping.abort()
      await election.stop()
      await cluster.stop()
      await admin.close(0)
      await Promise.all([connection.close(), leaseConnection.close()])
    },
  }
}
