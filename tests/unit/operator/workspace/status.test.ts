import type { Workspace } from '@codelab/contracts/workspace'
import type { WorkspaceStatus } from '@codelab/contracts/workspace-status'
import { nothingObserved, type Observed } from '@codelab/operator/workspace/observed'
import { statusOf } from '@codelab/operator/workspace/status'
import {
  allSecrets,
  allWell,
  openai,
  settings,
  type SpecInput,
  withChild,
  withSecret,
  workspaceWith,
} from '../../../support/operator/workspaces.ts'

const now = '2026-02-03T04:05:06Z'
const later = '2026-02-03T05:00:00Z'
const statusNow = (workspace: Workspace, observed: Observed, at = now) =>
  statusOf(workspace, observed, settings, at)
const conditionIn = ({ conditions }: WorkspaceStatus, type: string) =>
  conditions!.find((condition) => condition.type === type)!

const externalStores: Partial<SpecInput> = {
  postgres: { external: { secretRef: { name: 'db' } } },
  redis: { external: { secretRef: { name: 'cache' } } },
}

const workspace = workspaceWith()
const well = allWell(workspace)
const outsideWell = allWell(workspaceWith(externalStores))
const suspendedWell = allWell(workspaceWith({ suspended: true }))
const upgrade = workspaceWith(
  { version: '0.2.0' },
  { status: { version: '0.1.0', phase: 'Ready' } },
)
const upgrading = { ...allWell(upgrade), jobs: {} }

test('Ready takes the reason and the message of the first condition that does not hold', () => {
  const broken = withSecret(
    withChild(well, 'Deployment/acme-auth', { ready: 0 }),
    'openai',
    undefined,
  )
  expect(conditionIn(statusNow(workspace, broken), 'Ready')).toMatchObject({
    status: 'False',
    reason: 'SecretMissing',
    message: expect.stringMatching(/^CredentialsValid: spec\.models\.providers\[0\]/),
  })
})

const phaseWith = (
  spec: Partial<SpecInput>,
  observed: Observed,
  phase?: WorkspaceStatus['phase'],
) => statusNow(workspaceWith(spec, { ...(phase && { status: { phase } }) }), observed).phase

test('the phase tells whether it is on its way, serves, or has served', () => {
  const starting = withChild(well, 'Deployment/acme-gateway', { ready: 0 })
  const noKey = withSecret(well, 'openai', undefined)
  expect(phaseWith({}, { ...nothingObserved, secrets: allSecrets(workspace) })).toBe('Provisioning')
  expect(phaseWith({}, noKey)).toBe('Pending')
  expect(phaseWith({}, noKey, 'Ready')).toBe('Degraded')
  expect(phaseWith({}, well, 'Provisioning')).toBe('Ready')
  expect(phaseWith({}, starting, 'Ready')).toBe('Degraded')
  expect(phaseWith({}, starting, 'Degraded')).toBe('Degraded')
  expect(phaseWith({}, starting, 'Suspended')).toBe('Provisioning')
  expect(phaseWith({ suspended: true }, suspendedWell, 'Ready')).toBe('Suspended')
  expect(
    phaseWith(
      { suspended: true },
      withChild(suspendedWell, 'Deployment/acme-auth', { total: 1 }),
      'Ready',
    ),
  ).toBe('Provisioning')
  expect(statusNow(workspaceWith({}, { deleting: true }), well).phase).toBe('Deleting')
})

test('a status that is written and read again is the same at any later time', () => {
  const first = statusNow(workspace, well)
  const again = statusNow(workspaceWith({}, { status: first }), well, later)
  expect(again).toEqual(first)
})

test('a transition time moves when the status of its condition does, and for nothing else', () => {
  const first = statusNow(workspace, well)
  const broken = withChild(well, 'Deployment/acme-auth', { ready: 0 })
  const second = statusNow(workspaceWith({}, { status: first, generation: 2 }), broken, later)
  const moved = second.conditions!.filter(({ lastTransitionTime }) => lastTransitionTime === later)
  expect(moved.map(({ type }) => type)).toEqual(['Ready', 'AuthReady'])
  expect(second.observedGeneration).toBe(2)
  expect(new Set(second.conditions!.map(({ observedGeneration }) => observedGeneration))).toEqual(
    new Set([2]),
  )
})

test('components are counted, those of external stores left out', () => {
  expect(
    statusNow(workspaceWith({ ...externalStores, gateway: { replicas: 2 } }), outsideWell)
      .components,
  ).toEqual([
    { name: 'gateway', ready: 1, desired: 2 },
    { name: 'agent', ready: 1, desired: 1 },
    { name: 'worker', ready: 1, desired: 1 },
    { name: 'llm-proxy', ready: 1, desired: 1 },
    { name: 'auth', ready: 1, desired: 1 },
  ])
})

test('under an autoscaler as many pods are desired as it has chosen', () => {
  const given = workspaceWith({ gateway: { autoscaling: { minReplicas: 2, maxReplicas: 9 } } })
  const observed = withChild(allWell(given), 'Deployment/acme-gateway', {
    desired: 5,
    total: 5,
    updated: 5,
    ready: 5,
  })
  expect(statusNow(given, observed).components![0]).toEqual({
    name: 'gateway',
    ready: 5,
    desired: 5,
  })
})

test('the version is the one that the database is migrated to', () => {
  expect(statusNow(workspace, { ...well, jobs: {} })).not.toHaveProperty('version')
  expect(statusNow(upgrade, upgrading).version).toBe('0.1.0')
  expect(statusNow(upgrade, allWell(upgrade)).version).toBe('0.2.0')
})

test.each([
  [{}, 'http://acme-gateway.team-acme.svc:8000'],
  [{ access: { host: 'acme.example.com' } }, 'https://acme.example.com'],
  [{ access: { url: 'http://127.0.0.1:30080' } }, 'http://127.0.0.1:30080'],
  [
    { access: { host: 'a.example.com', url: 'https://a.example.com:8443' } },
    'https://a.example.com:8443',
  ],
])('with %j the endpoint is %s', (spec, endpoint) => {
  expect(statusNow(workspaceWith(spec), well).endpoint).toBe(endpoint)
})

test('several missing Secrets are all told', () => {
  const other = { ...openai, name: 'other', apiKeySecretRef: { name: 'nowhere' } }
  const given = workspaceWith({ models: { providers: [openai, other] } })
  expect(conditionIn(statusNow(given, nothingObserved), 'CredentialsValid').message).toMatch(
    /providers\[0\].*openai; spec\.models\.providers\[1\].*nowhere/,
  )
})
