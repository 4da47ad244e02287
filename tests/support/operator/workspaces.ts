import { Workspace } from '@codelab/contracts/workspace'
import type { WorkspaceStatus } from '@codelab/contracts/workspace-status'
import type { z } from 'zod'
import type { WorkspaceSpec } from '@codelab/contracts/workspace-spec'
import type { Child } from '@codelab/operator/workspace/child'
import { wantedSecrets } from '@codelab/operator/workspace/children/secrets'
import { wantedChildren } from '@codelab/operator/workspace/desired'
import {
  childKey,
  nothingObserved,
  type Observed,
  type ObservedChild,
  type ObservedSecret,
} from '@codelab/operator/workspace/observed'
import { secretReferences } from '@codelab/operator/workspace/references'
import { defaultSettings, type Settings } from '@codelab/operator/workspace/settings'

export type SpecInput = z.input<typeof WorkspaceSpec>

export const settings: Settings = defaultSettings('0.1.0', 'registry.example.com/codelab')

export const openai: SpecInput['models']['providers'][number] = {
  name: 'openai',
  type: 'openai',
  models: ['gpt-4o', 'gpt-4o-mini'],
  apiKeySecretRef: { name: 'openai' },
}

type Given = {
  readonly name?: string
  readonly namespace?: string
  readonly generation?: number
  readonly deleting?: boolean
  readonly status?: WorkspaceStatus
}

/** A workspace as the API server gives it; its spec is one provider and what is given over it. */
export const workspaceWith = (
  spec: Partial<SpecInput> = {},
  { name = 'acme', namespace = 'team-acme', generation = 1, deleting, status }: Given = {},
): Workspace =>
  Workspace.parse({
    apiVersion: 'codelab.dev/v1alpha1',
    kind: 'CodeLabWorkspace',
    metadata: {
      name,
      namespace,
      uid: '6f1c',
      generation,
      ...(deleting && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    },
    spec: { models: { providers: [openai] }, ...spec },
    ...(status && { status }),
  })

/** Every Secret that the workspace needs, with all keys. */
export function allSecrets(workspace: Workspace): Record<string, ObservedSecret> {
  const secrets: Record<string, ObservedSecret> = {}
  const add = (name: string, keys: readonly string[]) => {
    const digests = Object.fromEntries(keys.map((key) => [key, `digest of ${name} ${key}`]))
    secrets[name] = { ours: true, digests: { ...secrets[name]?.digests, ...digests } }
  }
  for (const { name, values } of wantedSecrets(workspace)) add(name, Object.keys(values))
  for (const { ref } of secretReferences(workspace)) add(ref.name, [ref.key])
  return secrets
}

const healthy = ({ kind, spec }: Child): ObservedChild => {
  if (kind !== 'Deployment' && kind !== 'StatefulSet') return { ours: true }
  const count = (spec as { replicas?: number }).replicas ?? 2
  return { ours: true, desired: count, total: count, ready: count, updated: count }
}

/** Everything there and well, its migration done. */
export function allWell(workspace: Workspace, given: Settings = settings): Observed {
  const observed = { ...nothingObserved, secrets: allSecrets(workspace) }
  const children = wantedChildren(workspace, observed, given)
  const jobs = children.filter(({ kind }) => kind === 'Job').map(({ metadata }) => metadata.name)
  return {
    ...observed,
    children: Object.fromEntries(
      children.map((child) => [childKey(child.kind, child.metadata.name), healthy(child)]),
    ),
    jobs: Object.fromEntries(jobs.map((name) => [name, { complete: true }])),
  }
}

/** The same with one child changed. */
export const withChild = (
  observed: Observed,
  key: string,
  change: Partial<ObservedChild> | undefined,
): Observed => {
  const { [key]: old, ...others } = observed.children
  return {
    ...observed,
    children: change ? { ...others, [key]: { ours: true, ...old, ...change } } : others,
  }
}

/** The same without one Secret, or with some of its digests changed or gone. */
export const withSecret = (
  observed: Observed,
  name: string,
  digests: Record<string, string> | undefined,
): Observed => {
  const { [name]: old, ...others } = observed.secrets
  return {
    ...observed,
    secrets: digests ? { ...others, [name]: { ours: old?.ours ?? true, digests } } : others,
  }
}
