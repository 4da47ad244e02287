/** A resource that the API server must refuse: as it is, or as a change of `before`. */
export type Refused = {
  readonly name: string
  readonly spec: Record<string, unknown>
  readonly before?: Record<string, unknown>
  readonly metadata?: Record<string, unknown>
  /** What the refusal says, with the field. */
  readonly says: RegExp
}

export const provider = {
  name: 'openai',
  type: 'openai',
  models: ['gpt-4o', 'gpt-4o-mini'],
  apiKeySecretRef: { name: 'openai', key: 'apiKey' },
}
/** Of a model that the provider lists. */
export const price = { model: 'gpt-4o', inputPerMillion: 2.5, outputPerMillion: 10 }
const models = { providers: [provider] }
/** The smallest spec with a change. */
export const specWith = (change: Record<string, unknown>) => ({ models, ...change })
export const inModels = (change: Record<string, unknown>) => ({ models: { ...models, ...change } })
export const inProvider = (change: Record<string, unknown>) => ({
  models: { providers: [{ ...provider, ...change }] },
})
/** Some Secret of a store. */
export const ref = { secretRef: { name: 'db', key: 'uri' } }

/** The smallest spec that is accepted. */
export const leastSpec = { models }

/** Those that are about models. */
export const refusedModels: readonly Refused[] = [
  { name: 'no models', spec: {}, says: /spec\.models: Required/ },
  { name: 'no providers', spec: { models: {} }, says: /spec\.models\.providers: Required/ },
  {
    name: 'an empty list of providers',
    spec: inModels({ providers: [] }),
    says: /spec\.models\.providers: /,
  },
  {
    name: 'two providers of one name',
    spec: inModels({ providers: [provider, provider] }),
    says: /spec\.models\.providers\[1\]: Duplicate/,
  },
  {
    name: 'a provider without a name',
    spec: inProvider({ name: undefined }),
    says: /providers\[0\]\.name: Required/,
  },
  {
    name: 'a provider with capitals',
    spec: inProvider({ name: 'OpenAI' }),
    says: /providers\[0\]\.name: /,
  },
  {
    name: 'a provider without a type',
    spec: inProvider({ type: undefined }),
    says: /providers\[0\]\.type: Required/,
  },
  {
    name: 'an unknown type',
    spec: inProvider({ type: 'gemini' }),
    says: /providers\[0\]\.type: Unsupported/,
  },
  {
    name: 'a base URL that is none',
    spec: inProvider({ baseURL: 'llm.example.com' }),
    says: /providers\[0\]\.baseURL: /,
  },
  {
    name: 'a base URL of another scheme',
    spec: inProvider({ baseURL: 'ftp://llm.example.com' }),
    says: /providers\[0\]\.baseURL: /,
  },
  {
    name: 'a base URL with a password',
    spec: inProvider({ baseURL: 'https://me:pw@llm.example.com' }),
    says: /providers\[0\]\.baseURL: /,
  },
  {
    name: 'a base URL at the metadata service',
    spec: inProvider({ baseURL: 'http://169.254.169.254/v1' }),
    says: /providers\[0\]\.baseURL: .*link-local/,
  },
  {
    name: 'an empty list of models',
    spec: inProvider({ models: [] }),
    says: /providers\[0\]\.models: /,
  },
  {
    name: 'a model with a comma',
    spec: inProvider({ models: ['a,b'] }),
    says: /providers\[0\]\.models\[0\]: /,
  },
  {
    name: 'too many models',
    spec: inProvider({ models: Array.from({ length: 51 }, (_, n) => `m${n}`) }),
    says: /providers\[0\]\.models: Too many/,
  },
  {
    name: 'OpenAI without a key',
    spec: inProvider({ apiKeySecretRef: undefined }),
    says: /apiKeySecretRef is needed/,
  },
  {
    name: 'a foreign server without a key',
    spec: inProvider({ apiKeySecretRef: undefined, baseURL: 'https://llm.example.com' }),
    says: /apiKeySecretRef is needed/,
  },
  {
    name: 'a server that only looks like the cluster’s',
    spec: inProvider({ apiKeySecretRef: undefined, baseURL: 'https://x.svc.example.com' }),
    says: /apiKeySecretRef is needed/,
  },
  {
    name: 'Ollama without an address',
    spec: inProvider({ type: 'ollama', apiKeySecretRef: undefined }),
    says: /baseURL/,
  },
  {
    name: 'a reference without a name',
    spec: inProvider({ apiKeySecretRef: { key: 'a' } }),
    says: /apiKeySecretRef\.name: Required/,
  },
  {
    name: 'a reference into another namespace',
    spec: inProvider({ apiKeySecretRef: { name: 'other/openai' } }),
    says: /apiKeySecretRef\.name: /,
  },
  {
    name: 'a key that is none of a Secret',
    spec: inProvider({ apiKeySecretRef: { name: 'a', key: 'a b' } }),
    says: /apiKeySecretRef\.key: /,
  },
  {
    name: 'a default that nobody serves',
    spec: inModels({ default: 'claude-3-opus' }),
    says: /spec\.models\.default: .*default must be/,
  },
  {
    name: 'a default with the wrong provider',
    spec: inModels({ default: 'other/gpt-4o' }),
    says: /spec\.models\.default: /,
  },
  {
    name: 'a fallback that nobody serves',
    spec: inModels({ fallbacks: ['gpt-4o', 'nope'] }),
    says: /spec\.models\.fallbacks: .*fallbacks/,
  },
  {
    name: 'too many fallbacks',
    spec: inModels({ fallbacks: Array.from({ length: 6 }, () => 'gpt-4o') }),
    says: /spec\.models\.fallbacks: Too many/,
  },
  {
    name: 'a price of a model that nobody serves',
    spec: inModels({ prices: [{ ...price, model: 'nope' }] }),
    says: /spec\.models\.prices: .*prices must be/,
  },
  {
    name: 'a price by the wrong provider',
    spec: inModels({ prices: [price, { ...price, model: 'other/gpt-4o' }] }),
    says: /spec\.models\.prices: /,
  },
  {
    name: 'two prices of one model',
    spec: inModels({ prices: [price, price] }),
    says: /spec\.models\.prices\[1\]: Duplicate/,
  },
  {
    name: 'a price below nothing',
    spec: inModels({ prices: [{ ...price, inputPerMillion: -0.1 }] }),
    says: /prices\[0\]\.inputPerMillion: /,
  },
  {
    name: 'a price in words',
    spec: inModels({ prices: [{ ...price, outputPerMillion: '10' }] }),
    says: /prices\[0\]\.outputPerMillion: /,
  },
  {
    name: 'half a price',
    spec: inModels({ prices: [{ ...price, outputPerMillion: undefined }] }),
    says: /prices\[0\]\.outputPerMillion: Required/,
  },
  {
    name: 'too many prices',
    spec: inModels({
      prices: Array.from({ length: 51 }, (_, n) => ({ ...price, model: `m${n}` })),
    }),
    says: /spec\.models\.prices: Too many/,
  },
  {
    name: 'a currency that is a sign',
    spec: inModels({ currency: '$' }),
    says: /spec\.models\.currency: /,
  },
]
