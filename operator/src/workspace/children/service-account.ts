import { type Build, metadataOf } from '../child.ts'
import { serviceAccountName } from '../names.ts'

/** Who the workspace's pods are to the API server: somebody without a token and without rights. */
export const serviceAccountFor: Build = (workspace) => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: metadataOf(workspace, serviceAccountName(workspace), 'workspace'),
  automountServiceAccountToken: false,
})
