import { TerminalFailure } from '@codelab/operator/controller/controller'
import { KubeFailure, type KubeReason } from '@codelab/operator/kube/failure'
import type { OwnerReference } from '@codelab/operator/kube/object'
import { finalizer } from '@codelab/operator/workspace/ownership'
import { createMemoryOperator, namespace } from '../../../support/operator/memory-operator.ts'
import { type SpecInput, workspaceWith } from '../../../support/operator/workspaces.ts'

const holders = ['acme-postgres', 'acme-redis', 'acme-internal', 'acme-auth', 'acme-admin']

function setUp(spec: Partial<SpecInput> = {}) {
  const operator = createMemoryOperator()
  operator.bringKey()
  operator.give(workspaceWith(spec))
  return operator
}

async function settled(spec: Partial<SpecInput> = {}) {
  const operator = setUp(spec)
  await operator.pass()
  operator.api.calls()
  return operator
}

type Operator = ReturnType<typeof createMemoryOperator>

const failing = ({ api }: Operator, calls: RegExp, reason: KubeReason, status = 403) => {
  api.script.failing = (call) =>
    calls.test(call) ? new KubeFailure(reason, { message: `no ${call}`, status }) : undefined
}

const ready = ({ status }: Operator) => status()?.conditions?.find(({ type }) => type === 'Ready')

const ownersOf = ({ api }: Operator, kind: string, name: string): readonly OwnerReference[] =>
  api.find(kind, namespace, name)?.metadata.ownerReferences ?? []

const ownedHolders = (operator: Operator): string[] => [
  ...holders.filter((name) => ownersOf(operator, 'Secret', name).length > 0),
  ...(ownersOf(operator, 'PersistentVolumeClaim', 'acme-postgres-data').length > 0
    ? ['acme-postgres-data']
    : []),
]
const everyHolder = [...holders, 'acme-postgres-data']

const finalize = 'patch CodeLabWorkspace acme finalizers'
const status = 'status CodeLabWorkspace acme'

test('the first pass makes Secrets by POST, then applies children, then writes the status', async () => {
  const { api, pass } = setUp()
  expect(await pass()).toEqual({})
  const calls = api.calls()
  expect(calls.slice(0, 5)).toEqual(holders.map((name) => `create Secret ${name}`))
  expect(calls.slice(5, -1).every((call) => call.startsWith('apply '))).toBe(true)
  expect(calls.at(-1)).toBe(status)
  expect(calls.filter((call) => call.startsWith('apply Secret'))).toEqual([])
})

test('a pass over what is as it should be writes nothing', async () => {
  const { api, pass } = await settled()
  await pass()
  expect(api.calls()).toEqual([])
})

test('nor does it while no watch has told of the writes before; it comes again when they are doubtful', async () => {
  const operator = setUp()
  operator.watch.deaf = true
  await operator.pass()
  operator.api.calls()
  expect(await operator.pass()).toEqual({ requeueAfterMs: 10_000 })
  expect(operator.api.calls()).toEqual([])
  operator.hear()
  expect(await operator.pass()).toEqual({})
  expect(operator.api.calls()).toEqual([])
})

test('a child that somebody removed unseen is applied again when its time is over', async () => {
  const operator = setUp()
  operator.watch.deaf = true
  await operator.pass()
  operator.api.remove('Service', { namespace, name: 'acme-agent' })
  operator.hear()
  operator.api.calls()
  expect(await operator.pass()).toEqual({ requeueAfterMs: 10_000 })
  await operator.clock.advance(10_000)
  await operator.pass()
  expect(operator.api.calls()).toEqual(['apply Service acme-agent'])
})

test('a child that somebody edited is applied again, it alone and by its uid', async () => {
  const { api, pass } = await settled()
  const { metadata, ...service } = api.find('Service', namespace, 'acme-agent')!
  api.put({ ...service, metadata, spec: { ports: [] } })
  await pass()
  expect(api.calls()).toEqual(['apply Service acme-agent'])
  expect(api.find('Service', namespace, 'acme-agent')!.metadata.uid).toBe(metadata.uid)
})

test('another object that took a child’s place unseen is not written over', async () => {
  const { api, pass, watch } = await settled()
  const { metadata, ...service } = api.find('Service', namespace, 'acme-agent')!
  api.put({ ...service, metadata, spec: { ports: [] } })
  watch.deaf = true
  api.remove('Service', { namespace, name: 'acme-agent' })
  api.put({ ...service, metadata: { ...metadata, uid: 'another' }, spec: { theirs: true } })
  await expect(pass()).rejects.toMatchObject({ reason: 'Conflict' })
  expect(api.find('Service', namespace, 'acme-agent')).toMatchObject({ spec: { theirs: true } })
})

describe('what outlives a workspace', () => {
  test('under Retain nothing that holds data has an owner, and no finalizer is needed', async () => {
    const operator = await settled({ deletionPolicy: 'Retain' })
    expect(ownedHolders(operator)).toEqual([])
    expect(ownersOf(operator, 'Service', 'acme-agent')).toHaveLength(1)
    expect(operator.api.find('CodeLabWorkspace', namespace, 'acme')!.metadata.finalizers).toBe(
      undefined,
    )
  })

  test('under Delete the finalizer is there before anything is made', async () => {
    const operator = setUp({ deletionPolicy: 'Delete' })
    await operator.pass()
    expect(operator.api.calls()[0]).toBe(finalize)
    expect(ownedHolders(operator)).toEqual(everyHolder)
  })

  test('from Retain to Delete the finalizer comes before the owners', async () => {
    const operator = await settled({ deletionPolicy: 'Retain' })
    operator.give(workspaceWith({ deletionPolicy: 'Delete' }, { generation: 2 }))
    await operator.pass()
    const [first, ...others] = operator.api.calls()
    expect(first).toBe(finalize)
    expect(others.slice(0, 5)).toEqual(
      holders.map((name) => `patch Secret ${name} ownerReferences`),
    )
    expect(ownedHolders(operator)).toEqual(everyHolder)
  })

  test('from Delete to Retain the owners go before the finalizer', async () => {
    const operator = await settled({ deletionPolicy: 'Delete' })
    operator.give(workspaceWith({ deletionPolicy: 'Retain' }, { generation: 2 }))
    await operator.pass()
    const calls = operator.api.calls()
    const released = everyHolder.map((name) =>
      calls.findIndex((call) => call.endsWith(`${name} ownerReferences`)),
    )
    expect(Math.min(...released)).toBeGreaterThanOrEqual(0)
    expect(calls.indexOf(finalize)).toBeGreaterThan(Math.max(...released))
    expect(ownedHolders(operator)).toEqual([])
  })

  test('while an owner cannot be taken away the finalizer stays', async () => {
    const operator = await settled({ deletionPolicy: 'Delete' })
    operator.give(workspaceWith({ deletionPolicy: 'Retain' }, { generation: 2 }))
    failing(operator, /^patch PersistentVolumeClaim/, 'Forbidden')
    await expect(operator.pass()).rejects.toThrow('no patch PersistentVolumeClaim')
    expect(operator.api.calls()).not.toContain(finalize)
  })

  const deletionTimestamp = '2026-02-03T04:00:00Z'

  /** The controller comes again after a conflict with its own last write. */
  const passes = async (operator: Operator) => {
    for (;;) {
      try {
        return await operator.pass()
      } catch (error) {
        if (!(error instanceof KubeFailure) || error.reason !== 'Conflict') throw error
      }
    }
  }

  test('a workspace that is deleted under Delete is let go at once, and takes nothing into ownership that is orphaned', async () => {
    const operator = await settled({ deletionPolicy: 'Delete' })
    const orphans = ['acme-auth', 'acme-admin']
    for (const name of orphans) {
      const { metadata, ...secret } = operator.api.find('Secret', namespace, name)!
      operator.api.put({ ...secret, metadata: { ...metadata, ownerReferences: [] } })
    }
    const owned = ownedHolders(operator)
    operator.give(workspaceWith({ deletionPolicy: 'Delete' }, { deleting: true }))
    await passes(operator)
    expect(operator.api.calls()).toEqual([finalize])
    expect(ownedHolders(operator)).toEqual(owned)
    expect(operator.api.find('CodeLabWorkspace', namespace, 'acme')).toBeUndefined()
  })

  test('one whose policy became Retain just before it was deleted leaves its data without an owner', async () => {
    const operator = await settled({ deletionPolicy: 'Delete' })
    operator.give(workspaceWith({ deletionPolicy: 'Retain' }, { generation: 2 }), {
      deletionTimestamp,
    })
    await passes(operator)
    const calls = operator.api.calls()
    expect(calls.some((call) => /^(create|apply|delete) /.test(call))).toBe(false)
    expect(calls.at(-1)).toBe(finalize)
    expect(ownedHolders(operator)).toEqual([])
  })

  test('what cannot be made to fit holds a deleted workspace', async () => {
    const operator = await settled({ deletionPolicy: 'Delete' })
    operator.give(workspaceWith({ deletionPolicy: 'Retain' }, { generation: 2 }), {
      deletionTimestamp,
    })
    failing(operator, /^patch Secret acme-auth/, 'Forbidden')
    await expect(passes(operator)).rejects.toThrow('no patch Secret acme-auth')
    const { metadata } = operator.api.find('CodeLabWorkspace', namespace, 'acme')!
    expect(metadata.finalizers).toEqual([finalizer])
    expect(operator.status()?.phase).toBe('Deleting')
  })
})

test('a foreign Secret under a name of ours holds everything back and is left as it is', async () => {
  const operator = createMemoryOperator()
  operator.bringKey()
  const theirs = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'acme-auth', namespace },
    data: { keyEncryptionKey: 'dGhlaXJz' },
  }
  operator.api.put(theirs)
  operator.give(workspaceWith())
  expect(await operator.pass()).toEqual({ requeueAfterMs: 5_000 })
  expect(operator.api.calls()).toEqual([
    ...holders.filter((name) => name !== 'acme-auth').map((name) => `create Secret ${name}`),
    status,
  ])
  expect(ready(operator)).toMatchObject({
    reason: 'NameTaken',
    message: expect.stringContaining('Secret acme-auth'),
  })
  expect(operator.api.find('Secret', namespace, 'acme-auth')).toMatchObject(theirs)
})

test('a foreign object under a child’s name is left as it is; all others are applied', async () => {
  const operator = createMemoryOperator()
  operator.bringKey()
  const metadata = { name: 'acme-agent', namespace }
  operator.api.put({ apiVersion: 'v1', kind: 'Service', metadata, spec: { theirs: true } })
  operator.give(workspaceWith())
  expect(await operator.pass()).toEqual({ requeueAfterMs: 5_000 })
  const calls = operator.api.calls()
  expect(calls).not.toContain('apply Service acme-agent')
  expect(calls).toContain('apply Deployment acme-agent')
  expect(ready(operator)?.message).toContain('Service acme-agent')
})

describe('what is refused', () => {
  test('a child that is refused is told, all others are applied, and it is tried again', async () => {
    const operator = setUp()
    failing(operator, /^apply Deployment acme-auth/, 'Forbidden')
    expect(await operator.pass()).toEqual({ requeueAfterMs: 5_000 })
    const calls = operator.api.calls()
    expect(calls.indexOf('apply Deployment acme-gateway')).toBeGreaterThan(
      calls.indexOf('apply Deployment acme-auth'),
    )
    expect(ready(operator)).toMatchObject({
      reason: 'WriteRefused',
      message: 'Deployment acme-auth: no apply Deployment acme-auth',
    })
    delete operator.api.script.failing
    expect(await operator.pass()).toEqual({})
    expect(operator.api.calls()).toEqual(['apply Deployment acme-auth', status])
  })

  test('a Secret that is refused is told, and no pod is started that needs it', async () => {
    const operator = setUp()
    failing(operator, /^create Secret acme-auth/, 'Forbidden')
    expect(await operator.pass()).toEqual({ requeueAfterMs: 5_000 })
    expect(operator.api.calls().filter((call) => call.startsWith('apply '))).toEqual([])
    expect(ready(operator)).toMatchObject({
      reason: 'WriteRefused',
      message: 'Secret acme-auth: no create Secret acme-auth',
    })
  })

  const scaled = { gateway: { autoscaling: { maxReplicas: 5 } } } satisfies Partial<SpecInput>

  test('what the spec no longer wants is deleted; where that is refused it is told', async () => {
    const operator = await settled(scaled)
    operator.give(workspaceWith({}, { generation: 2 }))
    failing(operator, /^delete/, 'Forbidden')
    await operator.pass()
    const deletion = 'delete HorizontalPodAutoscaler acme-gateway'
    expect(operator.api.calls()).toContain(deletion)
    expect(ready(operator)).toMatchObject({
      reason: 'WriteRefused',
      message: expect.stringContaining(`HorizontalPodAutoscaler acme-gateway: no ${deletion}`),
    })
  })

  test('when pods are left to an autoscaler, somebody keeps their number meanwhile', async () => {
    const operator = await settled({ gateway: { replicas: 4 } })
    operator.give(workspaceWith(scaled, { generation: 2 }))
    await operator.pass()
    const calls = operator.api.calls()
    const kept = calls.indexOf('apply Deployment acme-gateway (codelab-operator-scale)')
    expect(kept).toBeGreaterThanOrEqual(0)
    expect(calls.indexOf('apply Deployment acme-gateway')).toBe(kept + 1)
  })

  test.each<[KubeReason, number]>([
    ['ServiceUnavailable', 503],
    ['Unreachable', 0],
    ['NoAnswer', 0],
    ['TooManyRequests', 429],
    ['Conflict', 409],
  ])('a failure that passes (%s) ends the pass at once', async (reason, code) => {
    const operator = setUp()
    failing(operator, /^apply Deployment acme-auth/, reason, code)
    await expect(operator.pass()).rejects.toMatchObject({ reason })
    const calls = operator.api.calls()
    expect(calls.at(-1)).toBe('apply Deployment acme-auth')
    expect(calls).not.toContain(status)
  })
})

test('a workspace that is gone leaves nothing to do', async () => {
  const operator = await settled()
  operator.vanish()
  expect(await operator.pass()).toEqual({})
  expect(operator.api.calls()).toEqual([])
})

test('a spec that cannot be read is told by an event, and nothing is changed', async () => {
  const operator = await settled()
  const { metadata, ...workspace } = operator.api.find('CodeLabWorkspace', namespace, 'acme')!
  operator.api.put({ ...workspace, metadata, spec: { suspended: 'maybe' } })
  await expect(operator.pass()).rejects.toThrow(TerminalFailure)
  expect(operator.api.calls()).toEqual([])
  expect(operator.events).toEqual([
    {
      type: 'Warning',
      reason: 'SpecNotUnderstood',
      note: expect.stringContaining('spec.suspended'),
    },
  ])
})
