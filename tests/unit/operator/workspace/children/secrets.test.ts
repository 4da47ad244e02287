import { randomBytes } from 'node:crypto'
import {
  missingSecrets,
  secretOf,
  wantedSecrets,
} from '@codelab/operator/workspace/children/secrets'
import { nothingObserved } from '@codelab/operator/workspace/observed'
import { allSecrets, withSecret, workspaceWith } from '../../../../support/operator/workspaces.ts'

test('five Secrets for managed stores, three for external ones', () => {
  const named = (spec = {}) => wantedSecrets(workspaceWith(spec)).map(({ name }) => name)
  expect(named()).toEqual([
    'acme-postgres',
    'acme-redis',
    'acme-internal',
    'acme-auth',
    'acme-admin',
  ])
  expect(
    named({
      postgres: { external: { secretRef: { name: 'db' } } },
      redis: { external: { secretRef: { name: 'cache' } } },
    }),
  ).toEqual(['acme-internal', 'acme-auth', 'acme-admin'])
})

test('only what does not exist is made; what exists is left alone, whatever it holds', () => {
  const workspace = workspaceWith()
  const observed = { ...nothingObserved, secrets: allSecrets(workspace) }
  expect(missingSecrets(workspace, observed)).toEqual([])
  expect(missingSecrets(workspace, withSecret(observed, 'acme-auth', {}))).toEqual([])
  const without = withSecret(observed, 'acme-auth', undefined)
  expect(missingSecrets(workspace, without).map(({ name }) => name)).toEqual(['acme-auth'])
})

test('each random value is fresh, in its form, and of full strength', () => {
  const workspace = workspaceWith()
  const drawn: number[] = []
  const made = wantedSecrets(workspace).map((wanted) =>
    secretOf(workspace, wanted, (count) => {
      drawn.push(count)
      return randomBytes(count)
    }),
  )
  const data = Object.assign({}, ...made.map((secret) => secret['stringData'])) as Record<
    string,
    string
  >
  expect(drawn).toEqual([24, 24, 32, 32, 32, 32, 18])
  expect(data['keyEncryptionKey']).toMatch(/^[0-9a-f]{64}$/)
  expect(data['cookieKeys']).toMatch(/^[\w-]{43}$/)
  expect(data['username']).toBe('admin')
  const values = made.flatMap((secret) => Object.values(secret['stringData'] as object))
  expect(new Set(values).size).toBe(values.length)
})

test('Secrets outlive the workspace under Retain and go with it under Delete', () => {
  const owners = (deletionPolicy: 'Retain' | 'Delete') => {
    const workspace = workspaceWith({ deletionPolicy })
    const [wanted] = wantedSecrets(workspace)
    return secretOf(workspace, wanted!, (count) => new Uint8Array(count)).metadata.ownerReferences
  }
  expect(owners('Retain')).toBeUndefined()
  expect(owners('Delete')).toHaveLength(1)
})
