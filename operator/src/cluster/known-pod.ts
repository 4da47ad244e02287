import type { KubeObject } from '../kube/object.ts'

/** What is kept of a pod of a workspace: whose it is, and what keeps it from running. */
export type KnownPod = {
  readonly namespace: string
  readonly instance: string
  readonly component: string
  /** All its containers have ended, for good. */
  readonly ended: boolean
  /** The Job that it belongs to. */
  readonly job: string | undefined
  readonly trouble: PodTrouble | undefined
  /** A container that ended badly, the last time. */
  readonly failure: { readonly exitCode: number; readonly message: string } | undefined
}

/** In the cluster's words; `since` (RFC 3339) when it may pass by itself in a moment. */
export type PodTrouble = { readonly message: string; readonly since?: string | undefined }

type Terminated = {
  readonly exitCode: number
  readonly reason?: string
  readonly message?: string
}
type ContainerState = {
  readonly waiting?: { readonly reason?: string; readonly message?: string }
  readonly terminated?: Terminated
}
type ContainerStatus = {
  readonly name: string
  readonly state?: ContainerState
  readonly lastState?: ContainerState
}
type Pod = KubeObject & {
  readonly status?: {
    readonly phase?: string
    readonly conditions?: readonly {
      readonly type: string
      readonly status: string
      readonly reason?: string
      readonly message?: string
      readonly lastTransitionTime?: string
    }[]
    readonly containerStatuses?: readonly ContainerStatus[]
  }
}

/** Reasons to wait that are part of every start. */
const usual: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing'])

function containerTrouble({ name, state, lastState }: ContainerStatus): string | undefined {
  const { reason, message } = state?.waiting ?? {}
  if (!reason || usual.has(reason)) return undefined
  const before = lastState?.terminated
  const last = before && `; it ended with ${before.reason ?? 'code'} (${before.exitCode})`
  return `container ${name}: ${reason}${message ? `: ${message}` : ''}${last ?? ''}`
}

function troubleOf({ metadata, status }: Pod): PodTrouble | undefined {
  const container = status?.containerStatuses?.map(containerTrouble).find(Boolean)
  if (container) return { message: `pod ${metadata.name}, ${container}` }
  const unscheduled = status?.conditions?.find(
    ({ type, status: state, reason }) =>
      type === 'PodScheduled' && state === 'False' && reason === 'Unschedulable',
  )
  return (
    unscheduled && {
      message: `pod ${metadata.name}: Unschedulable: ${unscheduled.message ?? ''}`,
      since: unscheduled.lastTransitionTime,
    }
  )
}

const longestMessage = 500

const lastLine = (text: string): string =>
  text.trimEnd().split('\n').at(-1)!.slice(0, longestMessage)

function failureOf({ status }: Pod): KnownPod['failure'] {
  for (const { name, state, lastState } of status?.containerStatuses ?? []) {
    const ended = state?.terminated ?? lastState?.terminated
    if (!ended || ended.exitCode === 0) continue
    const said = lastLine(ended.message ?? '') || (ended.reason ?? 'it said nothing')
    return { exitCode: ended.exitCode, message: `container ${name}: ${said}` }
  }
  return undefined
}

/** The part of a pod that is kept. */
export function knownPod(object: KubeObject): KnownPod {
  const pod: Pod = object
  const { labels = {}, namespace = '' } = pod.metadata
  return {
    namespace,
    instance: labels['app.kubernetes.io/instance'] ?? '',
    component: labels['app.kubernetes.io/component'] ?? '',
    ended: pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed',
    job: labels['batch.kubernetes.io/job-name'],
    trouble: pod.metadata.deletionTimestamp ? undefined : troubleOf(pod),
    failure: failureOf(pod),
  }
}
