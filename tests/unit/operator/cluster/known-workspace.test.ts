import { knownWorkspace } from '@codelab/operator/cluster/known-workspace'
import type { KubeObject } from '@codelab/operator/kube/object'
import { openai } from '../../../support/operator/workspaces.ts'

const metadata = { name: 'acme', namespace: 'team', uid: 'u', resourceVersion: '7' }
const listed = (spec: object, more: object = {}): KubeObject =>
  ({ metadata: { ...metadata, ...more }, spec }) as KubeObject

test('an item of a list, which names no kind, becomes a workspace with all defaults', () => {
  const { workspace } = knownWorkspace(listed({ models: { providers: [openai] } }))
  expect(workspace).toMatchObject({
    apiVersion: 'codelab.dev/v1alpha1',
    kind: 'CodeLabWorkspace',
    metadata: { ...metadata, generation: 1 },
    spec: { suspended: false, deletionPolicy: 'Retain' },
  })
})

test('what no pass reads is not kept', () => {
  const more = { managedFields: [{ manager: 'kubectl' }], annotations: { long: 'text' } }
  const { workspace } = knownWorkspace(listed({ models: { providers: [openai] } }, more))
  expect(Object.keys(workspace!.metadata)).not.toEqual(
    expect.arrayContaining(['managedFields', 'annotations']),
  )
  expect(JSON.stringify(workspace)).not.toMatch(/kubectl|long/)
})

test('a spec that cannot be read says where it is wrong, and is not guessed at', () => {
  const known = knownWorkspace(listed({ models: { providers: 'none' }, suspended: 'maybe' }))
  expect(known).toEqual({
    workspace: undefined,
    problem: expect.stringMatching(/^spec\.\S+: .+; spec\.\S+: .+$/),
    object: { metadata },
    deletes: false,
  })
})

test('of one that is to go with all it owns, as much is kept as it takes to let it go', () => {
  const going = { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['a'] }
  const known = knownWorkspace(listed({ deletionPolicy: 'Delete' }, going))
  expect(known).toMatchObject({ deletes: true, object: { metadata: { ...metadata, ...going } } })
})

test('of very many problems the first five are told', () => {
  const providers = Array.from({ length: 9 }, () => ({ name: 7 }))
  const known = knownWorkspace(listed({ models: { providers } }))
  expect('problem' in known && known.problem.split('; ')).toHaveLength(5)
})
