import { randomBytes } from 'node:crypto'
import {
  secretOf,
  secretsMissed,
  secretsToMake,
  wantedSecrets,
} from '@codelab/operator/workspace/children/secrets'
import { workspaceWith } from '../../../../support/operator/workspaces.ts'

test('five Secrets for managed stores, three for external ones', () => {
  const namesFor = (spec = {}) => named(wantedSecrets(workspaceWith(spec)))
  expect(namesFor()).toEqual([
    'acme-postgres',
    'acme-redis',
    'acme-internal',
    'acme-auth',
    'acme-admin',
  ])
  expect(
    namesFor({
      postgres: { external: { secretRef: { name: 'db' } } },
      redis: { external: { secretRef: { name: 'cache' } } },
    }),
  ).toEqual(['acme-internal', 'acme-auth', 'acme-admin'])
})

const allBut = (missing: string) => (name: string) => name !== missing
const named = (secrets: readonly { name: string }[]) => secrets.map(({ name }) => name)

test('only what does not exist is made', () => {
  const workspace = workspaceWith()
  expect(secretsToMake(workspace, () => true)).toEqual([])
  expect(named(secretsToMake(workspace, allBut('acme-auth')))).toEqual(['acme-auth'])
  expect(secretsMissed(workspace, () => false)).toEqual([])
})

test.each([
  ['acme-postgres', ['acme-postgres'], []],
  ['acme-redis', ['acme-redis'], []],
  ['acme-internal', ['acme-internal'], []],
  ['acme-auth', [], ['acme-auth']],
  ['acme-admin', [], []],
])(
  'of a workspace whose database is in use, %s that is lost is made anew only where that helps',
  (lost, made, missed) => {
    const workspace = workspaceWith({}, { status: { phase: 'Ready', version: '0.1.0' } })
    expect(named(secretsToMake(workspace, allBut(lost)))).toEqual(made)
    expect(named(secretsMissed(workspace, allBut(lost)))).toEqual(missed)
  },
)

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
