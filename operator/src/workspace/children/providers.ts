import type { Workspace } from '@codelab/contracts/workspace'
import { type Build, type Child, metadataOf } from '../child.ts'
import { providersName } from '../names.ts'

export const providersFolder = '/etc/codelab/providers'
export const providersFile = 'providers.json'
export const keysFolder = '/run/secrets/codelab/keys'

/** The list that llm-proxy reads at its start: where keys are, never what they are. */
export const providersText = ({ spec }: Workspace): string =>
  JSON.stringify(
    spec.models.providers.map(({ name, type, baseURL, models, apiKeySecretRef }) => ({
      name,
      type,
      ...(baseURL && { baseURL }),
      ...(models && { models }),
      ...(apiKeySecretRef && { apiKeyFile: `${keysFolder}/${name}` }),
    })),
    null,
    2,
  )

export const providersFor: Build<Child> = (workspace) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: metadataOf(workspace, providersName(workspace), 'llm-proxy'),
  data: { [providersFile]: providersText(workspace) },
})
