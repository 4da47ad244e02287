import type { Workload } from '@codelab/operator/workspace/child'
import { migrationFor, migrationNameFor } from '@codelab/operator/workspace/children/migration'
import { wantedChildren } from '@codelab/operator/workspace/desired'
import { nothingObserved, type Observed } from '@codelab/operator/workspace/observed'
import { childOf, containerOf } from '../../../../support/operator/pods.ts'
import {
  allSecrets,
  allWell,
  settings,
  withSecret,
  workspaceWith,
} from '../../../../support/operator/workspaces.ts'

const imageIn = (workspace: ReturnType<typeof workspaceWith>, observed: Observed) =>
  containerOf(
    childOf<Workload>(wantedChildren(workspace, observed, settings), 'Deployment', 'acme-gateway'),
  ).image

test('a Job named by version brings both services’ tables up to date and adds the first user', () => {
  const workspace = workspaceWith({ version: '1.2.0' })
  const job = migrationFor(workspace, nothingObserved, settings)
  expect(job.metadata.name).toMatch(/^acme-migrate-1-2-0-[0-9a-f]{8}$/)
  expect(job.spec).toMatchObject({ suspend: false })
  const steps = job.spec.template.spec!.containers
  expect(steps.map(({ command, image }) => [command!.at(-1), image])).toEqual([
    ['/app/agent-migrate.js', 'registry.example.com/codelab:1.2.0'],
    ['/app/auth-migrate.js', 'registry.example.com/codelab:1.2.0'],
  ])
  expect(steps[1]!.env).toContainEqual({
    name: 'FIRST_USER_PASSWORD',
    valueFrom: { secretKeyRef: { name: 'acme-admin', key: 'password', optional: true } },
  })
})

test('a first version starts at once; a new one waits for its migration and the old image stays meanwhile', () => {
  expect(imageIn(workspaceWith({ version: '0.1.0' }), nothingObserved)).toMatch(/:0\.1\.0$/)

  const upgrade = workspaceWith({ version: '0.2.0' }, { status: { version: '0.1.0' } })
  const job = migrationNameFor(upgrade, nothingObserved, settings)
  const failing = { complete: false, failure: { exitCode: 1, message: 'no' } }
  expect(imageIn(upgrade, nothingObserved)).toMatch(/:0\.1\.0$/)
  expect(imageIn(upgrade, { ...nothingObserved, jobs: { [job]: failing } })).toMatch(/:0\.1\.0$/)
  expect(imageIn(upgrade, { ...nothingObserved, jobs: { other: { complete: true } } })).toMatch(
    /:0\.1\.0$/,
  )
  expect(imageIn(upgrade, { ...nothingObserved, jobs: { [job]: { complete: true } } })).toMatch(
    /:0\.2\.0$/,
  )
})

test('either witness of a migration is enough, so that a stale one takes no pod back', () => {
  const stale = workspaceWith({ version: '0.2.0' }, { status: { version: '0.1.0' } })
  const fresh = workspaceWith({ version: '0.2.0' }, { status: { version: '0.2.0' } })
  expect(imageIn(stale, allWell(stale))).toMatch(/:0\.2\.0$/)
  expect(imageIn(fresh, nothingObserved)).toMatch(/:0\.2\.0$/)
})

test('anything that would change the Job gives it another name, another password does not', () => {
  const workspace = workspaceWith()
  const secrets = allSecrets(workspace)
  const observed = { ...nothingObserved, secrets }
  const name = migrationNameFor(workspace, observed, settings)
  expect(
    migrationNameFor(workspace, withSecret(observed, 'acme-postgres', { password: 'x' }), settings),
  ).toBe(name)
  expect(migrationNameFor(workspace, observed, { ...settings, logLevel: 'debug' })).not.toBe(name)
  expect(migrationNameFor(workspaceWith({ suspended: true }), observed, settings)).toBe(name)
})

test('another external database is migrated too', () => {
  const workspace = workspaceWith({ postgres: { external: { secretRef: { name: 'db' } } } })
  const at = (uri: string) =>
    migrationNameFor(
      workspace,
      { ...nothingObserved, secrets: { db: { ours: false, digests: { uri } } } },
      settings,
    )
  expect(at('one')).not.toBe(at('two'))
  const patience = containerOf(migrationFor(workspace, nothingObserved, settings)).env
  expect(patience).toContainEqual({ name: 'DATABASE_PATIENCE_S', value: '1' })
})

test('while suspended the Job waits', () => {
  const job = migrationFor(workspaceWith({ suspended: true }), nothingObserved, settings)
  expect(job.spec).toMatchObject({ suspend: true })
})
