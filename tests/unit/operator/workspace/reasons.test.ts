import type { Workspace } from '@codelab/contracts/workspace'
import { WorkspaceStatus } from '@codelab/contracts/workspace-status'
import type { z } from 'zod'
import { migrationNameFor } from '@codelab/operator/workspace/children/migration'
import type { Observed } from '@codelab/operator/workspace/observed'
import { reasons } from '@codelab/operator/workspace/reasons'
import { statusOf } from '@codelab/operator/workspace/status'
import {
  allWell,
  settings,
  type SpecInput,
  withChild,
  withSecret,
  workspaceWith,
} from '../../../support/operator/workspaces.ts'

const now = '2026-02-03T04:05:06Z'
const statusNow = (workspace: Workspace, observed: Observed) =>
  statusOf(workspace, observed, settings, now)
const conditionIn = ({ conditions }: WorkspaceStatus, type: string) =>
  conditions!.find((condition) => condition.type === type)!

const externalStores: Partial<SpecInput> = {
  postgres: { external: { secretRef: { name: 'db' } } },
  redis: { external: { secretRef: { name: 'cache' } } },
}

const pods = { desired: 1, total: 1, ready: 1, updated: 1 }
const jobOf = (workspace: Workspace, observed: Observed) =>
  migrationNameFor(workspace, observed, settings)

type Case = [
  type: keyof typeof reasons,
  reason: string,
  given: Workspace,
  observed: Observed,
  message: RegExp,
]

const workspace = workspaceWith()
const well = allWell(workspace)
const outside = workspaceWith(externalStores)
const outsideWell = allWell(outside)
const suspended = workspaceWith({ suspended: true })
const suspendedWell = allWell(suspended)
const upgrade = workspaceWith(
  { version: '0.2.0' },
  { status: { version: '0.1.0', phase: 'Ready' } },
)
const upgrading = { ...allWell(upgrade), jobs: {} }
const withoutAgents = ['agent', 'auth'].reduce(
  (observed, part) => withChild(observed, `Deployment/acme-${part}`, { ...pods, ready: 0 }),
  outsideWell,
)
const refusing = (exitCode: number) => ({
  complete: false,
  failure: { exitCode, message: 'password authentication failed' },
})

/** The reasons of one part’s pods, which several conditions share. */
const podCases = (type: Case[0], key: string): Case[] => [
  [type, 'Running', workspace, well, /1 of 1 pods ready/],
  [type, 'Updating', workspace, withChild(well, key, { ...pods, total: 2 }), /1 of 1 pods ready/],
  [type, 'Starting', workspace, withChild(well, key, undefined), /0 of 1 pods ready/],
  [
    type,
    'Failing',
    workspace,
    withChild(well, key, { ...pods, ready: 0, trouble: 'quota exceeded' }),
    /quota exceeded/,
  ],
  [type, 'Stopped', suspended, suspendedWell, /spec\.suspended/],
]

const several = (
  type: Case[0],
  field: 'gateway' | 'agent' | 'llmProxy' | 'auth',
  part: string,
): Case => {
  const given = workspaceWith({ [field]: { replicas: 3 } })
  const observed = withChild(allWell(given), `Deployment/acme-${part}`, { ready: 2 })
  return [type, 'PodsNotReady', given, observed, /2 of 3 pods ready/]
}

const cases: Case[] = [
  ['Ready', 'AllReady', workspace, well, /as its spec wants/],
  ['Ready', 'Updating', workspace, withChild(well, 'Deployment/acme-auth', { updated: 0 }), /auth/],
  ['Ready', 'Suspended', suspended, suspendedWell, /data is kept/],
  [
    'Ready',
    'Suspending',
    suspended,
    withChild(suspendedWell, 'Deployment/acme-auth', { total: 2 }),
    /2 pods are ending/,
  ],
  ['Ready', 'Suspending', suspended, { ...suspendedWell, pods: 3 }, /3 pods are ending/],
  ['Ready', 'Deleting', workspaceWith({}, { deleting: true }), well, /deletionPolicy is Retain/],
  [
    'Ready',
    'NameTaken',
    workspace,
    withChild(well, 'Service/acme-agent', { ours: false }),
    /Service acme-agent/,
  ],
  [
    'Ready',
    'NameTaken',
    workspace,
    { ...well, secrets: { ...well.secrets, 'acme-auth': { ours: false, digests: {} } } },
    /Secret acme-auth/,
  ],
  [
    'Ready',
    'WriteRefused',
    workspace,
    { ...well, refusals: [{ kind: 'Ingress', name: 'acme-gateway', message: 'forbidden' }] },
    /Ingress acme-gateway: forbidden/,
  ],
  ['CredentialsValid', 'Valid', workspace, well, /every Secret/],
  [
    'CredentialsValid',
    'SecretMissing',
    workspace,
    withSecret(well, 'openai', undefined),
    /^spec\.models\.providers\[0\]\.apiKeySecretRef \(openai\): there is no Secret openai$/,
  ],
  [
    'CredentialsValid',
    'KeyMissing',
    workspace,
    withSecret(well, 'openai', { other: 'x' }),
    /^spec\.models\.providers\[0\]\.apiKeySecretRef \(openai\): Secret openai has no key apiKey/,
  ],
  [
    'CredentialsValid',
    'KeyMissing',
    workspace,
    withSecret(well, 'acme-auth', { cookieKeys: 'x' }),
    /Secret acme-auth has lost its key keyEncryptionKey/,
  ],
  ...podCases('DatabaseReady', 'StatefulSet/acme-postgres'),
  ['DatabaseReady', 'Reachable', outside, outsideWell, /^spec\.postgres\.external: /],
  ['DatabaseReady', 'NotChecked', outside, { ...withoutAgents, jobs: {} }, /no pod has reached/],
  [
    'DatabaseReady',
    'Refused',
    outside,
    { ...withoutAgents, jobs: { [jobOf(outside, outsideWell)]: refusing(69) } },
    /^spec\.postgres\.external\.secretRef: password authentication failed/,
  ],
  [
    'DatabaseReady',
    'SecretMissing',
    outside,
    withSecret(outsideWell, 'db', undefined),
    /^spec\.postgres\.external\.secretRef: there is no Secret db$/,
  ],
  ['DatabaseReady', 'KeyMissing', outside, withSecret(outsideWell, 'db', {}), /no key uri/],
  ...podCases('CacheReady', 'StatefulSet/acme-redis'),
  ['CacheReady', 'External', outside, outsideWell, /spec\.redis\.external/],
  ['CacheReady', 'SecretMissing', outside, withSecret(outsideWell, 'cache', undefined), /cache/],
  ['CacheReady', 'KeyMissing', outside, withSecret(outsideWell, 'cache', {}), /no key uri/],
  ['Migrated', 'Migrated', workspace, well, /version 0\.1\.0/],
  ['Migrated', 'Migrating', upgrade, upgrading, /version 0\.2\.0/],
  [
    'Migrated',
    'MigrationFailed',
    upgrade,
    { ...upgrading, jobs: { [jobOf(upgrade, upgrading)]: refusing(1) } },
    /^Job acme-migrate-0-2-0-[0-9a-f]{8}: password/,
  ],
  ['Migrated', 'WaitingForResume', suspended, { ...suspendedWell, jobs: {} }, /spec\.suspended/],
  ...podCases('GatewayReady', 'Deployment/acme-gateway'),
  several('GatewayReady', 'gateway', 'gateway'),
  ...podCases('AgentReady', 'Deployment/acme-worker'),
  several('AgentReady', 'agent', 'agent'),
  ...podCases('LlmProxyReady', 'Deployment/acme-llm-proxy'),
  several('LlmProxyReady', 'llmProxy', 'llm-proxy'),
  ...podCases('AuthReady', 'Deployment/acme-auth'),
  several('AuthReady', 'auth', 'auth'),
]

test.each(cases)('%s: %s', (...[type, reason, given, observed, message]: Case) => {
  const condition = conditionIn(statusNow(given, observed), type)
  const meanings: Record<string, { status: string }> = reasons[type]
  expect(condition.reason).toBe(reason)
  expect(condition.message).toMatch(message)
  expect(condition.status).toBe(meanings[reason]!.status)
})

test('every reason of the table is reached by a case above', () => {
  const listed = Object.entries(reasons).flatMap(([type, table]) =>
    Object.keys(table).map((reason) => `${type} ${reason}`),
  )
  const reached = new Set(cases.map(([type, reason]) => `${type} ${reason}`))
  // One pod is there or it is not, so a store of one pod never has some that are not ready.
  const ofOnePod = ['DatabaseReady PodsNotReady', 'CacheReady PodsNotReady']
  expect(listed.filter((each) => !reached.has(each))).toEqual(ofOnePod)
})

test('every status fits the schema of the resource', () => {
  for (const [, , given, observed] of cases) {
    const status = statusNow(given, observed) satisfies z.input<typeof WorkspaceStatus>
    expect(WorkspaceStatus.parse(status)).toEqual(status)
  }
})
