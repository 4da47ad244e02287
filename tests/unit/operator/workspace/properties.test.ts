import fc from 'fast-check'
import type { Child } from '@codelab/operator/workspace/child'
import { secretOf, wantedSecrets } from '@codelab/operator/workspace/children/secrets'
import { wantedChildren } from '@codelab/operator/workspace/desired'
import { isOurs } from '@codelab/operator/workspace/labels'
import { longestWorkspaceName } from '@codelab/contracts/workspace'
import { workspaces } from '../../../support/operator/arbitrary.ts'
import { podOf, workloadsOf } from '../../../support/operator/pods.ts'
import { securityComplaints } from '../../../support/operator/pod-security.ts'
import { settings } from '../../../support/operator/workspaces.ts'

const runs = { numRuns: 60 }
const holds = (judge: (children: Child[], given: Parameters<typeof wantedChildren>) => void) =>
  fc.assert(
    fc.property(workspaces, ({ workspace, observed }) => {
      const given = [workspace, observed, settings] as Parameters<typeof wantedChildren>
      judge(wantedChildren(...given), given)
    }),
    runs,
  )

const dnsLabel = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/
const labelKey = /^([a-z0-9.-]{1,253}\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/

/** What Kubernetes appends: a StatefulSet's revision label is its name and eleven more. */
const room: Record<string, number> = { StatefulSet: 52 }

test('every name is a DNS label of a length that leaves room for what Kubernetes appends', () => {
  holds((children, [workspace]) => {
    expect(workspace.metadata.name.length).toBeLessThanOrEqual(longestWorkspaceName)
    for (const { kind, metadata } of children) {
      expect(metadata.name).toMatch(dnsLabel)
      expect(metadata.name.length).toBeLessThanOrEqual(room[kind] ?? 63)
    }
  })
})

test('no two children have the same kind and name', () => {
  holds((children) => {
    const keys = children.map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    expect(new Set(keys).size).toBe(keys.length)
  })
})

test('labels are valid, in pods too, and selectors select the pods they stand for', () => {
  holds((children) => {
    const pods = workloadsOf(children).map(({ spec }) => spec.template.metadata!.labels!)
    for (const labels of [...children.map(({ metadata }) => metadata.labels!), ...pods]) {
      for (const [key, value] of Object.entries(labels)) {
        expect(key).toMatch(labelKey)
        expect(value).toMatch(labelValue)
        expect(value.length).toBeLessThanOrEqual(63)
      }
    }
    for (const { spec } of workloadsOf(children)) {
      const { matchLabels = {} } = (spec['selector'] ?? {}) as {
        matchLabels?: Record<string, string>
      }
      expect(spec.template.metadata!.labels).toMatchObject(matchLabels)
    }
  })
})

test('every child is the workspace’s own, and all but the volume are owned by it', () => {
  holds((children, [workspace]) => {
    for (const { kind, metadata } of children) {
      expect(isOurs(workspace, metadata)).toBe(true)
      const retained =
        kind === 'PersistentVolumeClaim' && workspace.spec.deletionPolicy === 'Retain'
      expect(metadata.ownerReferences?.length ?? 0).toBe(retained ? 0 : 1)
    }
  })
})

test('every pod passes Pod Security restricted and has requests, limits and no token', () => {
  holds((children) => {
    for (const child of workloadsOf(children)) {
      expect(securityComplaints(podOf(child))).toEqual([])
      for (const { resources } of podOf(child).containers) {
        const all = ['cpu', 'memory', 'ephemeral-storage']
        expect(Object.keys(resources!.requests!)).toEqual(all)
        expect(Object.keys(resources!.limits!)).toEqual(all)
      }
    }
  })
})

test('the same input gives the same objects, byte for byte', () => {
  holds((children, given) => {
    expect(JSON.stringify(wantedChildren(...structuredClone(given)))).toBe(JSON.stringify(children))
  })
})

test('what is applied is plain JSON: nothing undefined, no dates', () => {
  holds((children) => expect(JSON.parse(JSON.stringify(children))).toStrictEqual(children))
})

test('random values of Secrets are in Secrets only', () => {
  holds((children, [workspace]) => {
    let next = 0
    const random = (count: number) => new Uint8Array(count).fill((next += 7))
    const values = wantedSecrets(workspace).flatMap((wanted) =>
      Object.entries(secretOf(workspace, wanted, random)['stringData'] as Record<string, string>)
        .filter(([key]) => key !== 'username')
        .map(([, value]) => value),
    )
    const text = JSON.stringify(children)
    for (const value of values) expect(text).not.toContain(value)
    expect(children.some(({ kind }) => kind === 'Secret')).toBe(false)
  })
})

test('a suspended workspace asks for no pod', () => {
  holds((children, [{ spec }]) => {
    for (const child of workloadsOf(children)) {
      const { replicas, suspend } = child.spec as { replicas?: number; suspend?: boolean }
      if (child.kind === 'Job') expect(suspend).toBe(spec.suspended)
      else if (spec.suspended) expect(replicas).toBe(0)
      else expect(replicas).not.toBe(0)
    }
  })
})
