import {
  inModels,
  inProvider,
  leastSpec,
  price,
  provider,
  ref,
  specWith as spec,
} from './refused-models.ts'

const svc = 'http://llm.models.svc.cluster.local:8000/v1'

/** Specs that must be accepted, some of them close to a rule. */
export const acceptedSpecs: Readonly<Record<string, Record<string, unknown>>> = {
  'one provider': leastSpec,
  'a provider without a list of models, and a default': inModels({
    default: 'anything',
    providers: [{ ...provider, models: undefined }],
  }),
  'a default by provider and model': inModels({
    default: 'openai/gpt-4o',
    fallbacks: ['gpt-4o-mini', 'openai/gpt-4o'],
  }),
  'prices by model and by provider and model, one of nothing at all': inModels({
    prices: [
      price,
      { model: 'openai/gpt-4o-mini', inputPerMillion: 0.15, outputPerMillion: 0.6 },
      { model: 'gpt-4o-mini', inputPerMillion: 0, outputPerMillion: 0 },
    ],
    currency: 'EUR',
  }),
  'a server of the cluster without a key': inProvider({ apiKeySecretRef: undefined, baseURL: svc }),
  'an Ollama of the cluster': inProvider({
    type: 'ollama',
    apiKeySecretRef: undefined,
    baseURL: 'http://ollama.models.svc:11434',
  }),
  'twenty providers with fifty models': inModels({
    default: 'p19/m49',
    fallbacks: Array.from({ length: 5 }, (_, n) => `p${n}/m${n}`),
    prices: Array.from({ length: 50 }, (_, n) => ({ ...price, model: `p19/m${n}` })),
    providers: Array.from({ length: 20 }, (_, p) => ({
      ...provider,
      name: `p${p}`,
      models: Array.from({ length: 50 }, (_each, m) => `m${m}`),
    })),
  }),
  'a host and an address with a port': spec({
    access: { host: 'a.example.com', url: 'https://a.example.com:8443' },
  }),
  'an address of a machine': spec({ access: { url: 'http://127.0.0.1:30080' } }),
  'processors as numbers': spec({
    gateway: {
      resources: { requests: { cpu: 1, memory: '100Mi' }, limits: { cpu: 2, memory: 536870912 } },
    },
  }),
  'external stores': spec({ postgres: { external: ref }, redis: { external: ref } }),
}
