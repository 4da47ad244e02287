import type { Workload } from '@codelab/operator/workspace/child'
import { wantedChildren } from '@codelab/operator/workspace/desired'
import { childOf, containerOf, podOf } from '../../../../support/operator/pods.ts'
import {
  allWell,
  settings,
  type SpecInput,
  workspaceWith,
} from '../../../../support/operator/workspaces.ts'

const childrenOf = (spec: Partial<SpecInput> = {}) => {
  const workspace = workspaceWith(spec)
  return wantedChildren(workspace, allWell(workspace), settings)
}
const named = (spec: Partial<SpecInput>) =>
  childrenOf(spec).map(({ kind, metadata }) => `${kind} ${metadata.name}`)

test('a managed PostgreSQL: the official image, 300 connections, its password read from a file at every start', () => {
  const child = childOf<Workload>(childrenOf(), 'StatefulSet', 'acme-postgres')
  expect(child.spec).toMatchObject({ replicas: 1, serviceName: 'acme-postgres' })
  const container = containerOf(child)
  expect(container.image).toBe(settings.storeImages.postgres)
  expect(container.env).toContainEqual({
    name: 'POSTGRES_PASSWORD_FILE',
    value: '/run/secrets/codelab/password',
  })
  const script = container.command![2]!
  expect(script).toContain('max_connections=300')
  expect(script).toMatch(/ALTER ROLE .* PASSWORD .*\n.*postgres --single/)
  expect(script).toContain('exec docker-entrypoint.sh postgres')
  expect(podOf(child).volumes).toEqual(
    expect.arrayContaining([
      { name: 'data', persistentVolumeClaim: { claimName: 'acme-postgres-data' } },
      expect.objectContaining({ name: 'password' }),
    ]),
  )
  expect(podOf(child).securityContext).toMatchObject({ runAsUser: 999, fsGroup: 999 })
})

test('its volume is a claim of its own that can grow and has no owner under Retain', () => {
  const postgres = { managed: { storage: '20Gi', storageClassName: 'fast' } }
  const claim = childOf(childrenOf({ postgres }), 'PersistentVolumeClaim', 'acme-postgres-data')
  expect(claim['spec']).toEqual({
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'fast',
    resources: { requests: { storage: '20Gi' } },
  })
  expect(claim.metadata.ownerReferences).toBeUndefined()
  const deleted = childrenOf({ postgres, deletionPolicy: 'Delete' })
  expect(
    childOf(deleted, 'PersistentVolumeClaim', 'acme-postgres-data').metadata.ownerReferences,
  ).toMatchObject([{ kind: 'CodeLabWorkspace', name: 'acme', uid: '6f1c', controller: true }])
})

test('a managed Redis keeps three quarters of its memory for data and writes nothing to disk', () => {
  const child = childOf<Workload>(
    childrenOf({ redis: { managed: { memory: '256Mi' } } }),
    'StatefulSet',
    'acme-redis',
  )
  const container = containerOf(child)
  expect(container.env).toContainEqual({ name: 'REDIS_MAXMEMORY', value: '201326592' })
  expect(container.resources!.limits).toMatchObject({ memory: '256Mi' })
  expect(container.command![2]).toContain("--save '' --appendonly no")
  expect(JSON.stringify(container.command)).not.toContain('--requirepass')
})

test('external stores have no children, and their addresses come out of their Secrets', () => {
  const spec = {
    postgres: { external: { secretRef: { name: 'db', key: 'dsn' } } },
    redis: { external: { secretRef: { name: 'cache' } } },
  }
  expect(named(spec).filter((name) => /postgres|redis/.test(name))).toEqual([])
  const agent = containerOf(childOf<Workload>(childrenOf(spec), 'Deployment', 'acme-agent'))
  expect(agent.env).toEqual(
    expect.arrayContaining([
      { name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'db', key: 'dsn' } } },
      { name: 'REDIS_URL', valueFrom: { secretKeyRef: { name: 'cache', key: 'uri' } } },
    ]),
  )
})

test('a suspended workspace keeps its volume, its Services and its stores at zero pods', () => {
  const children = childrenOf({ suspended: true })
  for (const name of ['acme-postgres', 'acme-redis']) {
    expect(childOf<Workload>(children, 'StatefulSet', name).spec).toMatchObject({ replicas: 0 })
    expect(childOf(children, 'Service', name)).toBeDefined()
  }
  expect(childOf(children, 'PersistentVolumeClaim', 'acme-postgres-data')).toBeDefined()
})
