import { leastSpec, type Refused, ref, refusedModels, specWith as spec } from './refused-models.ts'

/** At least one for each rule and bound of the schema. */
export const refusedWorkspaces: readonly Refused[] = [
  ...refusedModels,
  { name: 'a version that is no tag', spec: spec({ version: 'v1/2' }), says: /spec\.version: / },
  { name: 'suspended in words', spec: spec({ suspended: 'yes' }), says: /spec\.suspended: / },
  {
    name: 'an unknown deletion policy',
    spec: spec({ deletionPolicy: 'Keep' }),
    says: /spec\.deletionPolicy: Unsupported/,
  },
  {
    name: 'access without an address',
    spec: spec({ access: {} }),
    says: /spec\.access: .*host.*url/,
  },
  {
    name: 'a host with a scheme',
    spec: spec({ access: { host: 'https://a.example.com' } }),
    says: /spec\.access\.host: /,
  },
  {
    name: 'a host in capitals',
    spec: spec({ access: { host: 'A.example.com' } }),
    says: /spec\.access\.host: /,
  },
  {
    name: 'a public address with a path',
    spec: spec({ access: { url: 'https://a.example.com/codelab' } }),
    says: /spec\.access\.url: /,
  },
  {
    name: 'a public address with its usual port',
    spec: spec({ access: { url: 'https://a.example.com:443' } }),
    says: /spec\.access\.url: .*usual port/,
  },
  {
    name: 'a public address with an impossible port',
    spec: spec({ access: { url: 'https://a.example.com:70000' } }),
    says: /spec\.access\.url: /,
  },
  {
    name: 'two public hosts',
    spec: spec({ access: { host: 'a.example.com', url: 'https://b.example.com' } }),
    says: /spec\.access\.url: .*same host/,
  },
  {
    name: 'TLS without an Ingress',
    spec: spec({ access: { url: 'https://a.example.com', tls: { secretName: 'tls' } } }),
    says: /spec\.access: .*tls/,
  },
  {
    name: 'TLS without a Secret',
    spec: spec({ access: { host: 'a.example.com', tls: {} } }),
    says: /spec\.access\.tls\.secretName: Required/,
  },
  { name: 'no pods', spec: spec({ gateway: { replicas: 0 } }), says: /spec\.gateway\.replicas: / },
  {
    name: 'too many pods',
    spec: spec({ worker: { replicas: 51 } }),
    says: /spec\.worker\.replicas: /,
  },
  { name: 'half a pod', spec: spec({ auth: { replicas: 1.5 } }), says: /spec\.auth\.replicas: / },
  {
    name: 'pods counted twice',
    spec: spec({ llmProxy: { replicas: 2, autoscaling: { maxReplicas: 3 } } }),
    says: /spec\.llmProxy\.replicas: .*not both/,
  },
  {
    name: 'pods of the agent counted twice',
    spec: spec({ agent: { replicas: 2, autoscaling: { maxReplicas: 3 } } }),
    says: /spec\.agent\.replicas: .*not both/,
  },
  {
    name: 'an autoscaler without a bound',
    spec: spec({ gateway: { autoscaling: {} } }),
    says: /spec\.gateway\.autoscaling\.maxReplicas: Required/,
  },
  {
    name: 'an autoscaler the wrong way round',
    spec: spec({ gateway: { autoscaling: { minReplicas: 5, maxReplicas: 2 } } }),
    says: /spec\.gateway\.autoscaling\.minReplicas: /,
  },
  {
    name: 'memory that is no quantity',
    spec: spec({ gateway: { resources: { limits: { memory: 'lots' } } } }),
    says: /spec\.gateway\.resources\.limits\.memory: /,
  },
  {
    name: 'more requested than allowed',
    spec: spec({
      gateway: { resources: { requests: { memory: '1Gi' }, limits: { memory: '512Mi' } } },
    }),
    says: /spec\.gateway\.resources.*requests\.memory/,
  },
  {
    name: 'more processors requested than allowed',
    spec: spec({ gateway: { resources: { requests: { cpu: 2 }, limits: { cpu: '500m' } } } }),
    says: /spec\.gateway\.resources.*requests\.cpu/,
  },
  {
    name: 'a tiny context',
    spec: spec({ agent: { contextTokens: 10 } }),
    says: /spec\.agent\.contextTokens: /,
  },
  {
    name: 'summaries by a model that nobody lists',
    spec: spec({ agent: { compaction: { model: 'unknown' } } }),
    says: /spec\.agent\.compaction\.model: .*one of the providers lists/,
  },
  {
    name: 'an embedding model that nobody lists',
    spec: spec({ agent: { embeddingModel: 'unknown' } }),
    says: /spec\.agent\.embeddingModel: .*one of the providers lists/,
  },
  {
    name: 'no job at a time',
    spec: spec({ agent: { jobs: { concurrency: 0 } } }),
    says: /spec\.agent\.jobs\.concurrency: /,
  },
  {
    name: 'a rule without a tool',
    spec: spec({ agent: { approvals: { rules: [{ action: 'ask' }] } } }),
    says: /rules\[0\]\.tool: Required/,
  },
  {
    name: 'a rule with an unknown action',
    spec: spec({ agent: { approvals: { rules: [{ tool: '*', action: 'maybe' }] } } }),
    says: /rules\[0\]\.action: Unsupported/,
  },
  {
    name: 'a duration without a unit',
    spec: spec({ auth: { accessTokenTTL: '900' } }),
    says: /spec\.auth\.accessTokenTTL: /,
  },
  {
    name: 'a database in two places',
    spec: spec({ postgres: { managed: {}, external: ref } }),
    says: /spec\.postgres: .*exactly one/,
  },
  {
    name: 'a database nowhere',
    spec: spec({ postgres: {} }),
    says: /spec\.postgres: .*exactly one/,
  },
  {
    name: 'a Redis in two places',
    spec: spec({ redis: { managed: {}, external: ref } }),
    says: /spec\.redis: .*exactly one/,
  },
  {
    name: 'an external database without a Secret',
    spec: spec({ postgres: { external: {} } }),
    says: /spec\.postgres\.external\.secretRef: Required/,
  },
  {
    name: 'a volume without a size',
    spec: spec({ postgres: { managed: { storage: '0' } } }),
    says: /spec\.postgres\.managed\.storage: /,
  },
  {
    name: 'a Redis measured in bytes',
    spec: spec({ redis: { managed: { memory: '1000' } } }),
    says: /spec\.redis\.managed\.memory: /,
  },
  {
    name: 'a managed database made external',
    before: spec({}),
    spec: spec({ postgres: { external: ref } }),
    says: /spec\.postgres: .*cannot be changed/,
  },
  {
    name: 'an external database made managed',
    before: spec({ postgres: { external: ref } }),
    spec: spec({ postgres: { managed: {} } }),
    says: /spec\.postgres: .*cannot be changed/,
  },
  {
    name: 'a smaller volume',
    before: spec({ postgres: { managed: { storage: '20Gi' } } }),
    spec: spec({}),
    says: /storage: .*smaller/,
  },
  {
    name: 'another storage class',
    before: spec({}),
    spec: spec({ postgres: { managed: { storageClassName: 'fast' } } }),
    says: /storageClassName: .*cannot be changed/,
  },
  {
    name: 'a name that is too long',
    metadata: { name: 'w'.repeat(41) },
    spec: leastSpec,
    says: /metadata\.name must have at most 40/,
  },
  {
    name: 'a name with a dot',
    metadata: { name: 'acme.dev' },
    spec: leastSpec,
    says: /metadata\.name must begin/,
  },
  {
    name: 'a name that begins with a digit',
    metadata: { name: '1acme' },
    spec: leastSpec,
    says: /metadata\.name must begin/,
  },
]
