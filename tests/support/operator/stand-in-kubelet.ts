import { resources } from '@codelab/operator/kube/resources'
import type { Any, KubeApi } from './kube-api.ts'

type Judge = (pod: Any) => 'running' | 'succeeded' | 'failed' | 'pending'

const now = () => `${new Date().toISOString().slice(0, 19)}Z`

const statusFor = (pod: Any, fate: Exclude<ReturnType<Judge>, 'pending'>) => {
  const names = (pod['spec'].containers as { name: string }[]).map(({ name }) => name)
  const condition = (type: string, holds: boolean) => ({
    type,
    status: holds ? 'True' : 'False',
    lastTransitionTime: now(),
  })
  const runs = fate === 'running'
  const ended = {
    exitCode: fate === 'failed' ? 69 : 0,
    reason: fate === 'failed' ? 'Error' : 'Completed',
    message: fate === 'failed' ? 'the database refuses the user' : '',
    startedAt: now(),
    finishedAt: now(),
  }
  return {
    phase: { running: 'Running', succeeded: 'Succeeded', failed: 'Failed' }[fate],
    conditions: [condition('Ready', runs), condition('ContainersReady', runs)],
    containerStatuses: names.map((name) => ({
      name,
      ready: runs,
      started: runs,
      restartCount: 0,
      image: '',
      imageID: '',
      state: runs ? { running: { startedAt: now() } } : { terminated: ended },
    })),
  }
}

/** Pods of Deployments and StatefulSets run, those of Jobs succeed. */
export const allWell: Judge = (pod) =>
  pod.metadata.labels?.['batch.kubernetes.io/job-name'] ? 'succeeded' : 'running'

/**
 * Says of the pods of a namespace what a kubelet would say, without running anything: the controllers that make and count pods are
 * real. `judge` may change its mind.
 */
export function startStandInKubelet(api: KubeApi, namespace: string, judge: Judge = allWell) {
  let stopped = false
  const told = new Map<string, string>()
  const tell = async (pod: Any) => {
    const fate = judge(pod)
    if (fate === 'pending' || told.get(pod.metadata.uid) === fate) return
    told.set(pod.metadata.uid, fate)
    const at = { namespace, name: pod.metadata.name }
    await api
      .merge(resources.pods, at, { status: statusFor(pod, fate) }, '/status')
      .catch(() => told.delete(pod.metadata.uid))
  }
  const run = async () => {
    while (!stopped) {
      const pods = await api.list(resources.pods, namespace).catch(() => [])
      await Promise.all(pods.map(tell))
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const running = run()
  return {
    async stop(): Promise<void> {
      stopped = true
      await running
    },
  }
}
