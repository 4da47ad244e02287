import type { V1Container, V1EnvVar, V1Volume, V1VolumeMount } from '@kubernetes/client-node'
import type { Workspace } from '@codelab/contracts/workspace'
import { metadataOf, type Workload } from '../child.ts'
import { annotationNames, selectorOf } from '../labels.ts'
import { childName } from '../names.ts'
import type { Observed } from '../observed.ts'
import { componentOf, processes, type ProcessName, replicasOf } from '../processes.ts'
import type { Settings } from '../settings.ts'
import { imageOf, runningVersion, wishedVersion } from '../version.ts'
import { logVariables, plain } from './environment.ts'
import { migrationNameFor } from './migration.ts'
import { allocatorVariables, nodeFlagsOf } from './node-flags.ts'
import { hardened, ownUser, podTemplate, resourcesOf, scratch } from './pod.ts'

/** How long a pod that is to end still takes connections: until every node has heard that it is leaving. */
const leaveSeconds = 5
/** A process ends within 10 s; the rest is for a busy node. */
const graceSeconds = leaveSeconds + 25

type Part = {
  readonly process: ProcessName
  readonly variables: readonly V1EnvVar[]
  readonly volumes?: readonly V1Volume[]
  readonly mounts?: readonly V1VolumeMount[]
  /** Text that is read at start only: a change of it rolls the pods. */
  readonly settingsHash?: string
}

const probe = (path: string, timing: { periodSeconds: number; failureThreshold: number }) => ({
  httpGet: { path, port: 'admin', scheme: 'HTTP' },
  timeoutSeconds: 3,
  ...timing,
})

/** Ready once it is; until then nothing else is asked, for ten minutes: a store may come late. */
const probes = {
  startupProbe: probe('/readyz', { periodSeconds: 1, failureThreshold: 600 }),
  readinessProbe: probe('/readyz', { periodSeconds: 5, failureThreshold: 2 }),
  livenessProbe: probe('/livez', { periodSeconds: 10, failureThreshold: 3 }),
}

const containerOf = (workspace: Workspace, image: string, settings: Settings, part: Part) => {
  const { port, adminPort, program, ...defaults } = processes[part.process]
  return hardened({
    name: part.process,
    image,
    imagePullPolicy: settings.image.pullPolicy,
    command: ['node', ...nodeFlagsOf(program), `/app/${program}.js`],
    ports: [
      ...(port === undefined ? [] : [{ name: 'http', containerPort: port, protocol: 'TCP' }]),
      { name: 'admin', containerPort: adminPort, protocol: 'TCP' },
    ],
    env: [
      plain('ADMIN_PORT', adminPort),
      ...part.variables,
      ...logVariables(settings),
      ...Object.entries(allocatorVariables).map(([name, value]) => plain(name, value)),
    ],
    resources: resourcesOf(defaults, componentOf(workspace, part.process).resources),
    ...probes,
    ...(port !== undefined && { lifecycle: { preStop: { sleep: { seconds: leaveSeconds } } } }),
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, ...(part.mounts ?? [])],
  } satisfies V1Container)
}

/** The Deployment of one of our own processes. */
export function processFor(
  workspace: Workspace,
  observed: Observed,
  settings: Settings,
  part: Part,
): Workload {
  const { process } = part
  const replicas = replicasOf(workspace, process)
  const version = runningVersion(workspace, observed, {
    version: wishedVersion(workspace, settings),
    job: migrationNameFor(workspace, observed, settings),
  })
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      ...metadataOf(workspace, childName(workspace, process), process),
      annotations: { [annotationNames.version]: version },
    },
    spec: {
      ...(replicas !== undefined && { replicas }),
      revisionHistoryLimit: 3,
      progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      selector: { matchLabels: selectorOf(workspace, process) },
      template: podTemplate(workspace, observed, settings, {
        component: process,
        user: ownUser,
        templateLabel: 'pod-template-hash',
        annotations: {
          'prometheus.io/scrape': 'true',
          'prometheus.io/port': String(processes[process].adminPort),
          'prometheus.io/path': '/metrics',
          ...(part.settingsHash && { [annotationNames.settings]: part.settingsHash }),
        },
        spec: {
          terminationGracePeriodSeconds: graceSeconds,
          containers: [containerOf(workspace, imageOf(settings, version), settings, part)],
          volumes: [scratch('tmp', '64Mi'), ...(part.volumes ?? [])],
        },
      }),
    },
  }
}
