import type { V1Container, V1EnvVar } from '@kubernetes/client-node'
import type { Workspace } from '@codelab/contracts/workspace'
import { metadataOf, type Workload } from '../child.ts'
import { digestOf, migrationName, secretNames } from '../names.ts'
import { digestIn, type Observed } from '../observed.ts'
import type { Settings } from '../settings.ts'
import { imageOf, wishedVersion } from '../version.ts'
import { databaseVariables, logVariables, plain, secretIfAny } from './environment.ts'
import { hardened, ownUser, podTemplate, resourcesOf, scratch } from './pod.ts'

export const migrationComponent = 'migration'

const small = {
  requests: { cpu: '50m', memory: '96Mi' },
  limits: { cpu: '1', memory: '256Mi' },
}

/** A database of our own is on its way; that of somebody else is there, or something is wrong that a person should hear of. */
const patienceSeconds = ({ spec }: Workspace): number => (spec.postgres.managed ? 120 : 1)

const step = (
  workspace: Workspace,
  settings: Settings,
  { name, variables }: { name: string; variables: readonly V1EnvVar[] },
): V1Container =>
  hardened({
    name,
    image: imageOf(settings, wishedVersion(workspace, settings)),
    imagePullPolicy: settings.image.pullPolicy,
    command: ['node', `/app/${name}-migrate.js`],
    env: [
      ...databaseVariables(workspace),
      plain('DATABASE_PATIENCE_S', patienceSeconds(workspace)),
      ...variables,
      ...logVariables(settings),
    ],
    resources: resourcesOf(small),
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  })

const templateFor = (workspace: Workspace, settings: Settings) => {
  const name = secretNames(workspace).admin
  const variables = [
    // A person may delete the Secret of the first user once its password is changed.
    secretIfAny('FIRST_USER_NAME', { name, key: 'username' }),
    secretIfAny('FIRST_USER_PASSWORD', { name, key: 'password' }),
    plain('MALLOC_MMAP_THRESHOLD_', 1_048_576),
  ]
  return podTemplate(workspace, undefined, settings, {
    component: migrationComponent,
    user: ownUser,
    spec: {
      // A container that failed starts again in its pod, for ever: a database may come back at any time.
      restartPolicy: 'OnFailure',
      terminationGracePeriodSeconds: 30,
      containers: [
        step(workspace, settings, { name: 'agent', variables: [] }),
        step(workspace, settings, { name: 'auth', variables }),
      ],
      volumes: [scratch('tmp', '64Mi')],
    },
  })
}

/** A Job cannot be changed: its name holds the version and a digest of all that it does and of the external database it does it to. */
export const migrationNameFor = (
  workspace: Workspace,
  observed: Observed,
  settings: Settings,
): string => {
  const { external } = workspace.spec.postgres
  const address = external ? (digestIn(observed, external.secretRef) ?? '') : ''
  const cause = digestOf(JSON.stringify(templateFor(workspace, settings)), address)
  return migrationName(workspace, wishedVersion(workspace, settings), cause)
}

const retries = 2 ** 31 - 1

/** Brings the database up to the wished version and adds the first user to an empty one. */
export const migrationFor = (
  workspace: Workspace,
  observed: Observed,
  settings: Settings,
): Workload => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: metadataOf(
    workspace,
    migrationNameFor(workspace, observed, settings),
    migrationComponent,
  ),
  spec: {
    suspend: workspace.spec.suspended,
    backoffLimit: retries,
    template: templateFor(workspace, settings),
  },
})
