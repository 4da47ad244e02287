import type { Chart } from './helm.ts'

type Refused = readonly [what: string, values: Record<string, unknown>, said: string]

const operator: readonly Refused[] = [
  ['a misspelt value', { replica: 2 }, "additional properties 'replica' not allowed"],
  ['a misspelt value within one', { image: { tga: '1' } }, "at '/image'"],
  ['more replicas than make sense', { replicas: 50 }, "at '/replicas'"],
  ['replicas as text', { replicas: 'two' }, "at '/replicas'"],
  ['an empty repository', { image: { repository: '' } }, "at '/image/repository'"],
  ['a digest without its algorithm', { image: { digest: 'abc' } }, "at '/image/digest'"],
  ['a tag with a space', { image: { tag: 'a b' } }, "at '/image/tag'"],
  ['an unknown pull policy', { image: { pullPolicy: 'Sometimes' } }, "at '/image/pullPolicy'"],
  ['namespaces as text', { watch: { namespaces: 'team-a' } }, "at '/watch/namespaces'"],
  [
    'a name that no namespace can have',
    { watch: { namespaces: ['Team_A'] } },
    "'/watch/namespaces/0'",
  ],
  ['a pull secret as text', { imagePullSecrets: ['registry'] }, "at '/imagePullSecrets/0'"],
  ['an unknown log level', { logLevel: 'loud' }, "at '/logLevel'"],
  ['no workers', { workers: 0 }, "at '/workers'"],
  ['a port of root', { adminPort: 80 }, "at '/adminPort'"],
  [
    'an address of spans without a scheme',
    { workspaces: { otlpEndpoint: 'otel:4318' } },
    "'/workspaces/otlpEndpoint'",
  ],
  [
    'an empty image of PostgreSQL',
    { workspaces: { postgresImage: '' } },
    "'/workspaces/postgresImage'",
  ],
  [
    'a range without its length',
    { workspaces: { network: { modelRanges: ['10.0.0.1'] } } },
    "'/workspaces/network/modelRanges/0'",
  ],
  [
    'a peer with a misspelt selector',
    { workspaces: { network: { dnsTo: [{ namespaceSelectr: {} }] } } },
    "'/workspaces/network/dnsTo/0'",
  ],
  [
    'a toleration with an unknown effect',
    { tolerations: [{ effect: 'Never' }] },
    "at '/tolerations/0/effect'",
  ],
  ['an unknown kind of affinity', { affinity: { nodeAfinity: {} } }, "at '/affinity'"],
  [
    'a spread constraint without its key',
    { topologySpreadConstraints: [{ maxSkew: 1 }] },
    "'/topologySpreadConstraints/0'",
  ],
  ['an annotation that is a number', { podAnnotations: { a: 1 } }, "at '/podAnnotations/a'"],
  ['resources that are none', { resources: { request: {} } }, "at '/resources'"],
  ['no time to end', { terminationGracePeriodSeconds: 0 }, "at '/terminationGracePeriodSeconds'"],
  [
    'an interval without a unit',
    { serviceMonitor: { interval: '30' } },
    "at '/serviceMonitor/interval'",
  ],
  [
    'no port of the API server',
    { networkPolicy: { apiServer: { ports: [] } } },
    "'/networkPolicy/apiServer/ports'",
  ],
  [
    'a ServiceMonitor without a Service',
    { service: { enabled: false }, serviceMonitor: { enabled: true } },
    'serviceMonitor.enabled needs service.enabled',
  ],
  [
    'a foreign account without its name',
    { serviceAccount: { create: false } },
    'serviceAccount.name is needed',
  ],
]

const provider = { name: 'openai', type: 'openai', apiKeySecretRef: { name: 'openai' } }
const spec = (change: Record<string, unknown>) => ({
  spec: { models: { providers: [provider] }, ...change },
})
const inProvider = (change: Record<string, unknown>) =>
  spec({ models: { providers: [{ ...provider, ...change }] } })

const workspace: readonly Refused[] = [
  [
    'a field of the spec beside the spec',
    { suspended: true },
    "additional properties 'suspended' not allowed",
  ],
  ['a misspelt field', spec({ suspend: true }), "at '/spec'"],
  ['no providers', spec({ models: { providers: [] } }), "at '/spec/models/providers'"],
  ['an unknown type of provider', inProvider({ type: 'magic' }), "'/spec/models/providers/0/type'"],
  [
    'a key in the values',
    inProvider({ apiKey: 'sk-…' }),
    "additional properties 'apiKey' not allowed",
  ],
  [
    'a Secret without a name',
    inProvider({ apiKeySecretRef: { key: 'k' } }),
    "'/spec/models/providers/0/apiKeySecretRef'",
  ],
  ['suspended as text', spec({ suspended: 'yes' }), "at '/spec/suspended'"],
  ['no replicas', spec({ gateway: { replicas: 0 } }), "at '/spec/gateway/replicas'"],
  [
    'an amount that is none',
    spec({ agent: { resources: { limits: { memory: 'lots' } } } }),
    "'/spec/agent/resources/limits/memory'",
  ],
  [
    'a time without a unit',
    spec({ auth: { accessTokenTTL: '15' } }),
    "at '/spec/auth/accessTokenTTL'",
  ],
  ['an unknown policy', spec({ deletionPolicy: 'Shred' }), "at '/spec/deletionPolicy'"],
  ['a host with a path', spec({ access: { host: 'a.example.com/x' } }), "at '/spec/access/host'"],
  ['a name that is too long', { name: 'a'.repeat(41) }, "at '/name'"],
]

/** Values that a chart refuses before anything is sent, and what is said: where, in the values' own terms. */
export const refusedValues: readonly (readonly [Chart, ...Refused])[] = [
  ...operator.map((each) => ['codelab-operator', ...each] as const),
  ...workspace.map((each) => ['codelab-workspace', ...each] as const),
]
