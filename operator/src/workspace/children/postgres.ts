import type { Build, Child, Workload } from '../child.ts'
import { volumeName } from '../names.ts'
import { database, plain } from './environment.ts'
import { resourcesOf, scratch } from './pod.ts'
import { serviceOf } from './services.ts'
import { passwordFile, storeFor } from './store.ts'

const port = 5432
const folder = '/var/lib/postgresql'

const defaults = {
  requests: { cpu: '100m', memory: '128Mi' },
  limits: { cpu: '2', memory: '1Gi' },
}

/**
 * The image sets the password only when it makes the database. Here a database that is there gets the Secret's password before each
 * start, by PostgreSQL's single-user mode, so that swapping it needs no more than the Secret.
 */
const startScript = `set -eu
if [ -s "$PGDATA/PG_VERSION" ]; then
  quoted=$(sed "s/'/''/g" "$POSTGRES_PASSWORD_FILE")
  printf "ALTER ROLE \\"%s\\" PASSWORD '%s';\\n" "$POSTGRES_USER" "$quoted" |
    postgres --single -D "$PGDATA" postgres >/dev/null
fi
exec docker-entrypoint.sh postgres -c 'listen_addresses=*' -c max_connections=300
`

const ask = (timing: { periodSeconds: number; failureThreshold: number }) => ({
  tcpSocket: { port: 'postgres' },
  timeoutSeconds: 3,
  ...timing,
})

/** PostgreSQL, when it is ours to run. A new one answers on its file socket alone until it is set up, so a TCP connection tells that it is. */
export const postgresFor: Build<Workload> = (workspace, observed, settings) => {
  const { managed } = workspace.spec.postgres
  if (!managed) return undefined
  return storeFor(workspace, observed, settings, {
    part: 'postgres',
    pod: { terminationGracePeriodSeconds: 60 },
    container: {
      name: 'postgres',
      image: settings.storeImages.postgres,
      imagePullPolicy: settings.image.pullPolicy,
      command: ['sh', '-c', startScript],
      ports: [{ name: 'postgres', containerPort: port, protocol: 'TCP' }],
      env: [
        plain('POSTGRES_USER', database),
        plain('POSTGRES_DB', database),
        plain('POSTGRES_PASSWORD_FILE', passwordFile),
        // Without the major version: another one then refuses to start instead of starting empty.
        plain('PGDATA', `${folder}/pgdata`),
      ],
      resources: resourcesOf(defaults, managed.resources),
      startupProbe: ask({ periodSeconds: 1, failureThreshold: 600 }),
      readinessProbe: ask({ periodSeconds: 10, failureThreshold: 3 }),
      livenessProbe: ask({ periodSeconds: 20, failureThreshold: 6 }),
      // "Fast" shutdown, whatever stop signal the image has: the usual one waits for clients to leave.
      lifecycle: { preStop: { exec: { command: ['sh', '-c', 'kill -INT 1'] } } },
      volumeMounts: [
        { name: 'data', mountPath: folder },
        { name: 'socket', mountPath: '/var/run/postgresql' },
        { name: 'tmp', mountPath: '/tmp' },
      ],
    },
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: volumeName(workspace) } },
      scratch('socket', '16Mi'),
      scratch('tmp', '64Mi'),
    ],
  })
}

export const postgresServiceFor: Build<Child> = (workspace) =>
  workspace.spec.postgres.managed && serviceOf(workspace, 'postgres', { name: 'postgres', port })
