import { type Build, metadataOf } from '../child.ts'
import { volumeName } from '../names.ts'

/** The volume of a managed PostgreSQL: a claim of its own, since a StatefulSet's template could never grow. It may outlive the workspace. */
export const postgresVolumeFor: Build = (workspace) => {
  const { managed } = workspace.spec.postgres
  if (!managed) return undefined
  const { storage, storageClassName } = managed
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: metadataOf(workspace, volumeName(workspace), 'postgres', true),
    spec: {
      accessModes: ['ReadWriteOnce'],
      ...(storageClassName && { storageClassName }),
      resources: { requests: { storage } },
    },
  }
}
