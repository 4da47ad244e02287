import fc from 'fast-check'
import type { Workspace } from '@codelab/contracts/workspace'
import type { Observed } from '@codelab/operator/workspace/observed'
import { allSecrets, openai, type SpecInput, workspaceWith } from './workspaces.ts'

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })

const quantity = fc.constantFrom('64Mi', '300Mi', '2Gi')
const resources = fc.record(
  {
    requests: fc.record({ cpu: fc.constantFrom('10m', 1), memory: quantity }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
)
const component = fc
  .record(
    {
      replicas: fc.integer({ min: 1, max: 5 }),
      resources,
      autoscaling: fc.record({
        minReplicas: fc.integer({ min: 1, max: 3 }),
        maxReplicas: fc.constant(5),
      }),
    },
    { requiredKeys: [] },
  )
  .map(({ replicas, autoscaling, ...rest }) =>
    autoscaling ? { ...rest, autoscaling } : { ...rest, ...(replicas && { replicas }) },
  )

const name = fc
  .tuple(
    fc.constantFrom('a', 'z', 'm'),
    fc.string({ unit: fc.constantFrom('a', 'b', '-', '0', '9'), maxLength: 38 }),
    fc.constantFrom('a', '7'),
  )
  .map((pieces) => pieces.join(''))

const providers: fc.Arbitrary<SpecInput['models']['providers']> = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom('openai', 'own', 'local.llm', 'x_1'),
      type: fc.constantFrom('openai' as const, 'anthropic' as const, 'ollama' as const),
      baseURL: fc.constantFrom(
        'http://ollama.models.svc:11434',
        'https://llm.example.com/v1',
        'http://192.168.1.20:8080',
      ),
      models: optional(fc.constant<string[]>(['m1', 'm2'])),
      apiKeySecretRef: optional(
        fc.constantFrom({ name: 'keys', key: 'a' }, { name: 'keys', key: 'b' }),
      ),
    }),
    { selector: (provider) => provider.name, minLength: 1, maxLength: 4 },
  )
  .map((list) => [openai, ...list.filter((entry) => entry.name !== 'openai')])

const spec: fc.Arbitrary<SpecInput> = fc.record(
  {
    version: fc.constantFrom(
      '0.1.0',
      '1.2.3-rc.1_build',
      'V'.repeat(128),
      '_',
      '...'.padStart(4, 'a'),
    ),
    suspended: fc.boolean(),
    access: fc.constantFrom<SpecInput['access'][]>(
      { host: 'acme.example.com' },
      { host: 'acme.example.com', tls: { secretName: 'tls' }, annotations: { 'a/b': 'c' } },
      { url: 'http://127.0.0.1:30080' },
    ),
    models: providers.map((list) => ({ providers: list })),
    agent: component,
    worker: component,
    llmProxy: component,
    auth: component,
    gateway: component,
    postgres: fc.constantFrom<SpecInput['postgres'][]>(
      { managed: {} },
      { managed: { storage: '1Gi', storageClassName: 'fast' } },
      { external: { secretRef: { name: 'db' } } },
    ),
    redis: fc.constantFrom<SpecInput['redis'][]>(
      { managed: { memory: '64Mi' } },
      { external: { secretRef: { name: 'cache', key: 'url' } } },
    ),
    deletionPolicy: fc.constantFrom('Retain' as const, 'Delete' as const),
  },
  { requiredKeys: ['models'] },
)

/** Workspaces that the API server would accept, with their Secrets there or missing. */
export const workspaces: fc.Arbitrary<{ workspace: Workspace; observed: Observed }> = fc
  .record({
    spec,
    name,
    version: optional(fc.constantFrom('0.0.9', '0.1.0')),
    withSecrets: fc.boolean(),
  })
  .map(({ spec: given, name: called, version, withSecrets }) => {
    const workspace = workspaceWith(given, {
      name: called,
      ...(version && { status: { version } }),
    })
    const secrets = withSecrets ? allSecrets(workspace) : {}
    return { workspace, observed: { secrets, children: {}, jobs: {} } }
  })
