import { desiredChildren, strayChildren, wantedChildren } from '@codelab/operator/workspace/desired'
import { isOurs } from '@codelab/operator/workspace/labels'
import { migrationName } from '@codelab/operator/workspace/names'
import { nothingObserved } from '@codelab/operator/workspace/observed'
import { amountOf } from '@codelab/operator/kube/quantity'
import { secondsOf } from '@codelab/operator/workspace/duration'
import {
  allWell,
  settings,
  withChild,
  workspaceWith,
} from '../../../support/operator/workspaces.ts'

test('an object of somebody else under a child’s name is left out of what is applied', () => {
  const workspace = workspaceWith()
  const observed = withChild(allWell(workspace), 'Service/acme-agent', { ours: false })
  const named = (children: { kind: string; metadata: { name: string } }[]) =>
    children.map(({ kind, metadata }) => `${kind}/${metadata.name}`)
  expect(named(wantedChildren(workspace, observed, settings))).toContain('Service/acme-agent')
  const desired = named(desiredChildren(workspace, observed, settings))
  expect(desired).not.toContain('Service/acme-agent')
  expect(desired).toContain('Deployment/acme-agent')
})

test('strays are children that the spec no longer wants, never data, keys or what is not ours', () => {
  const before = workspaceWith({ access: { host: 'acme.example.com' }, gateway: { replicas: 2 } })
  let observed = allWell(before)
  observed = withChild(observed, 'Job/acme-migrate-old', { ours: true })
  observed = withChild(observed, 'Service/acme-extra', { ours: false })
  observed = withChild(observed, 'PersistentVolumeClaim/acme-extra', { ours: true })
  const desired = desiredChildren(workspaceWith(), observed, settings)
  expect(strayChildren(observed, desired).toSorted()).toEqual([
    'Ingress/acme-gateway',
    'Job/acme-migrate-old',
    'PodDisruptionBudget/acme-gateway',
  ])
  expect(strayChildren(nothingObserved, desired)).toEqual([])
})

const labels = {
  'app.kubernetes.io/managed-by': 'codelab-operator',
  'app.kubernetes.io/instance': 'acme',
}
const owner = { apiVersion: 'v1', kind: 'X', name: 'x', controller: true }

test.each([
  ['owned by the workspace', { ownerReferences: [{ ...owner, uid: '6f1c' }] }, true],
  [
    'owned by an earlier workspace of that name',
    { labels, ownerReferences: [{ ...owner, uid: 'old' }] },
    false,
  ],
  ['left behind under Retain', { labels }, true],
  [
    'of a workspace with another name',
    { labels: { ...labels, 'app.kubernetes.io/instance': 'b' } },
    false,
  ],
  ['of a person', { labels: { app: 'mine' } }, false],
  ['without labels', {}, false],
])('whose an object is: %s', (_name, metadata, ours) => {
  expect(isOurs(workspaceWith(), { name: 'acme-x', ...metadata })).toBe(ours)
})

test('a migration’s name fits for the longest workspace name and the longest version', () => {
  const workspace = workspaceWith({}, { name: 'w'.repeat(40) })
  const name = migrationName(workspace, 'V.'.repeat(64), 'cause')
  expect(name.length).toBeLessThanOrEqual(63)
  expect(name).toMatch(/^[a-z]([-a-z0-9]*[a-z0-9])?$/)
  expect(migrationName(workspace, '1.0-0', '')).not.toBe(migrationName(workspace, '1.0.0', ''))
})

test.each([
  ['500m', 0.5],
  [2, 2],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['10k', 10_000],
  ['128Mi', 134_217_728],
  ['much', Number.NaN],
])('the quantity %s is %s', (quantity, amount) => {
  expect(amountOf(quantity)).toBe(amount)
})

test.each([
  ['90s', 90],
  ['15m', 900],
  ['720h', 2_592_000],
  ['30d', 2_592_000],
])('the duration %s is %s seconds', (duration, seconds) => {
  expect(secondsOf(duration)).toBe(seconds)
})
