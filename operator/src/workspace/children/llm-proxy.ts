import type { V1Volume } from '@kubernetes/client-node'
import type { Workspace } from '@codelab/contracts/workspace'
import type { Build, Workload } from '../child.ts'
import { digestOf, providersName } from '../names.ts'
import { processes } from '../processes.ts'
import { addressOf } from './addresses.ts'
import { internalToken, plain, tokenVariables } from './environment.ts'
import { processFor } from './process.ts'
import { keysFolder, providersFile, providersFolder, providersText } from './providers.ts'

/** One file per provider. A missing Secret or key leaves out that file: the other providers go on. */
const keys = ({ spec }: Workspace): V1Volume => ({
  name: 'keys',
  projected: {
    defaultMode: 0o440,
    sources: spec.models.providers.flatMap(({ name, apiKeySecretRef: ref }) =>
      ref
        ? [{ secret: { name: ref.name, optional: true, items: [{ key: ref.key, path: name }] } }]
        : [],
    ),
  },
})

/** The only part that talks to models and the only one that holds their keys. */
export const llmProxyFor: Build<Workload> = (workspace, observed, settings) => {
  const { providers, default: wished, fallbacks, prices, currency } = workspace.spec.models
  const hasKeys = providers.some(({ apiKeySecretRef }) => apiKeySecretRef)
  return processFor(workspace, observed, settings, {
    process: 'llm-proxy',
    variables: [
      plain('LLM_PROXY_HOST', '0.0.0.0'),
      plain('LLM_PROXY_PORT', processes['llm-proxy'].port!),
      internalToken(workspace),
      plain('AUTH_URL', addressOf(workspace, 'auth')),
      ...tokenVariables(workspace),
      plain('PROVIDERS_FILE', `${providersFolder}/${providersFile}`),
      ...(wished ? [plain('CODELAB_DEFAULT_MODEL', wished)] : []),
      ...(fallbacks.length > 0 ? [plain('CODELAB_FALLBACK_MODELS', fallbacks.join(','))] : []),
      ...(prices
        ? [plain('CODELAB_PRICES', JSON.stringify(prices)), plain('CODELAB_CURRENCY', currency)]
        : []),
    ],
    volumes: [
      { name: 'providers', configMap: { name: providersName(workspace), defaultMode: 0o440 } },
      ...(hasKeys ? [keys(workspace)] : []),
    ],
    mounts: [
      { name: 'providers', mountPath: providersFolder, readOnly: true },
      ...(hasKeys ? [{ name: 'keys', mountPath: keysFolder, readOnly: true }] : []),
    ],
    settingsHash: digestOf(providersText(workspace)),
  })
}
