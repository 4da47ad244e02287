import type { Build, Child, Workload } from '../child.ts'
import { amountOf } from '../../kube/quantity.ts'
import { plain } from './environment.ts'
import { resourcesOf, scratch } from './pod.ts'
import { serviceOf } from './services.ts'
import { passwordFile, storeFor } from './store.ts'

const port = 6379

/** Nothing is written to disk: what is in Redis may be lost at any time. The password reaches it by a file, not by its arguments. */
const startScript = `set -eu
umask 077
printf 'requirepass "%s"\\n' "$(sed 's/["\\\\]/\\\\&/g' "$REDIS_PASSWORD_FILE")" >/tmp/password.conf
exec docker-entrypoint.sh "$(command -v valkey-server || command -v redis-server)" /tmp/password.conf \\
  --port ${port} --dir /tmp --save '' --appendonly no --maxmemory "$REDIS_MAXMEMORY" --maxmemory-policy allkeys-lru
`

const ask = (timing: { periodSeconds: number; failureThreshold: number }) => ({
  tcpSocket: { port: 'redis' },
  timeoutSeconds: 3,
  ...timing,
})

/** Valkey, when it is ours to run. */
export const redisFor: Build<Workload> = (workspace, observed, settings) => {
  const { managed } = workspace.spec.redis
  if (!managed) return undefined
  const { memory } = managed
  return storeFor(workspace, observed, settings, {
    part: 'redis',
    pod: { terminationGracePeriodSeconds: 10 },
    container: {
      name: 'redis',
      image: settings.storeImages.redis,
      imagePullPolicy: settings.image.pullPolicy,
      command: ['sh', '-c', startScript],
      ports: [{ name: 'redis', containerPort: port, protocol: 'TCP' }],
      env: [
        plain('REDIS_PASSWORD_FILE', passwordFile),
        plain('REDIS_MAXMEMORY', Math.floor(amountOf(memory) * 0.75)),
      ],
      resources: resourcesOf({
        requests: { cpu: '20m', memory: '32Mi' },
        limits: { cpu: '1', memory },
      }),
      startupProbe: ask({ periodSeconds: 1, failureThreshold: 120 }),
      readinessProbe: ask({ periodSeconds: 5, failureThreshold: 3 }),
      livenessProbe: ask({ periodSeconds: 20, failureThreshold: 3 }),
      volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
    },
    volumes: [scratch('tmp', '16Mi')],
  })
}

export const redisServiceFor: Build<Child> = (workspace) =>
  workspace.spec.redis.managed && serviceOf(workspace, 'redis', { name: 'redis', port })
