import { appendFile, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  ApiException,
  CoreV1Api,
  KubeConfig,
  type V1PersistentVolume,
  type V1PersistentVolumeClaim,
} from '@kubernetes/client-node'
import { nodeName } from './node.ts'

const provisioner = 'codelab.dev/test-folders'
export const storageClassName = 'codelab-test'

/** The class that claims get when they name none. Volumes cannot grow: nothing limits their size in the first place. */
export const storageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: {
    name: storageClassName,
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  },
  provisioner,
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'Immediate',
}

/** A folder of the node, owned by root as a new disk would be; being of the kind `local`, the kubelet gives it the pod's fsGroup. */
const volumeFor = (claim: V1PersistentVolumeClaim, path: string): V1PersistentVolume => ({
  metadata: {
    name: `pvc-${claim.metadata!.uid}`,
    annotations: { 'pv.kubernetes.io/provisioned-by': provisioner },
  },
  spec: {
    storageClassName,
    persistentVolumeReclaimPolicy: 'Delete',
    capacity: { storage: claim.spec!.resources!.requests!['storage']! },
    accessModes: claim.spec!.accessModes!,
    claimRef: {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      namespace: claim.metadata!.namespace!,
      name: claim.metadata!.name!,
      uid: claim.metadata!.uid!,
    },
    local: { path },
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [
          {
            matchExpressions: [
              { key: 'kubernetes.io/hostname', operator: 'In', values: [nodeName] },
            ],
          },
        ],
      },
    },
  },
})

const waitsForUs = ({ spec, status, metadata }: V1PersistentVolumeClaim) =>
  spec?.storageClassName === storageClassName &&
  status?.phase === 'Pending' &&
  metadata?.deletionTimestamp === undefined

const isReleased = ({ metadata, spec, status }: V1PersistentVolume) =>
  metadata?.annotations?.['pv.kubernetes.io/provisioned-by'] === provisioner &&
  spec?.persistentVolumeReclaimPolicy === 'Delete' &&
  status?.phase === 'Released' &&
  metadata.deletionTimestamp === undefined

const hasCode = (code: number) => (error: unknown) => {
  if (!(error instanceof ApiException) || error.code !== code) throw error
}

async function provide(api: CoreV1Api, folder: string): Promise<void> {
  const claims = await api.listPersistentVolumeClaimForAllNamespaces()
  for (const claim of claims.items.filter(waitsForUs)) {
    const path = join(folder, claim.metadata!.uid!)
    await mkdir(path, { recursive: true })
    // It may exist, and not be bound yet.
    await api.createPersistentVolume({ body: volumeFor(claim, path) }).catch(hasCode(409))
  }
}

async function collect(api: CoreV1Api): Promise<void> {
  const volumes = await api.listPersistentVolume()
  for (const volume of volumes.items.filter(isReleased)) {
    await rm(volume.spec!.local!.path, { recursive: true, force: true })
    await api.deletePersistentVolume({ name: volume.metadata!.name! }).catch(hasCode(404))
  }
}

const pauseMs = 250

/**
 * Makes a folder below `<folder>/volumes` for each claim of the class and removes it when the claim is gone: the least that lets claims
 * bind and keep data on a cluster of one node. It runs in the process that started the cluster, and looks again all the time.
 */
export function startVolumes(kubeconfigPath: string, folder: string): { stop(): Promise<void> } {
  const volumes = join(folder, 'volumes')
  const config = new KubeConfig()
  config.loadFromFile(kubeconfigPath)
  const api = config.makeApiClient(CoreV1Api)
  const controller = new AbortController()
  const { signal } = controller
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pauseMs)
      signal.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true })
    })
  const run = async () => {
    let before = ''
    for (; !signal.aborted; await pause())
      try {
        await provide(api, volumes)
        await collect(api)
      } catch (error) {
        // The API server may be away on purpose; a test that waits for a volume finds the reason here.
        const text = String(error)
        if (text !== before) await appendFile(join(folder, 'volumes.log'), `${text}\n`)
        before = text
      }
  }
  const running = run()
  return {
    async stop() {
      controller.abort()
      await running
    },
  }
}
