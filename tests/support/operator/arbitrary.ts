import fc from 'fast-check'
import type { Workspace } from '@codelab/contracts/workspace'
import type { Observed } from '@codelab/operator/workspace/observed'
import { allSecrets, openai, type SpecInput, workspaceWith } from './workspaces.ts'

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })

const quantity = fc.constantFrom('64Mi', '300Mi', '2Gi')
const resources = fc.record(
  {
    requests: fc.record(
      { cpu: fc.constantFrom('10m', '0.009', 1), memory: quantity },
      { requiredKeys: [] },
    ),
    limits: fc.record(
      { cpu: fc.constantFrom('1500m', '2.5', 2), memory: fc.constantFrom('2Gi', '3000M') },
      { requiredKeys: [] },
    ),
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
        targetCPUUtilization: fc.constantFrom(10, 75),
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
  .map((list) => [
    openai,
    ...list
      .filter(({ name: called }) => called !== 'openai')
      .map(({ apiKeySecretRef, ...entry }) => {
        const needsKey = entry.type !== 'ollama' && !entry.baseURL.includes('.svc:')
        const ref = apiKeySecretRef ?? (needsKey ? { name: 'keys', key: 'a' } : undefined)
        return { ...entry, ...(ref && { apiKeySecretRef: ref }) }
      }),
  ])

const models: fc.Arbitrary<SpecInput['models']> = fc.record(
  {
    providers,
    default: fc.constantFrom('gpt-4o', 'openai/gpt-4o-mini'),
    fallbacks: fc.constantFrom<string[][]>([], ['gpt-4o-mini'], ['gpt-4o-mini', 'gpt-4o']),
    prices: fc.constantFrom<NonNullable<SpecInput['models']>['prices'][]>(
      [],
      [{ model: 'openai/gpt-4o', inputPerMillion: 2.5, outputPerMillion: 10 }],
    ),
    currency: fc.constantFrom('USD', 'EUR'),
  },
  { requiredKeys: ['providers'] },
)

const agent = fc
  .tuple(
    component,
    fc.record(
      {
        contextTokens: fc.constantFrom(256, 100_000),
        jobs: fc.constantFrom({}, { concurrency: 16 }),
        embeddingModel: fc.constant('gpt-4o'),
        approvals: fc.constantFrom<NonNullable<SpecInput['agent']>['approvals'][]>(
          {},
          { rules: [{ tool: 'delete_file', action: 'deny' }] },
        ),
        compaction: fc.constantFrom({}, { enabled: false }),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([size, own]) => ({ ...size, ...own }))

const auth = fc
  .tuple(
    component,
    fc.record(
      {
        accessTokenTTL: fc.constantFrom('90s', '15m'),
        refreshTokenTTL: fc.constantFrom('2h', '30d'),
        passwordGrant: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([size, own]) => ({ ...size, ...own }))

/** Specs that the API server accepts; every field is in some of them. */
export const specs: fc.Arbitrary<SpecInput> = fc.record(
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
      { host: 'a.example.com', url: 'https://a.example.com:8443', ingressClassName: 'nginx' },
      { url: 'http://127.0.0.1:30080' },
    ),
    models,
    agent,
    worker: component,
    llmProxy: component,
    auth,
    gateway: component,
    postgres: fc.constantFrom<SpecInput['postgres'][]>(
      { managed: {} },
      { managed: { storage: '1Gi', storageClassName: 'fast' } },
      { managed: { resources: { requests: { cpu: '0.001k', memory: '1.5Gi' } } } },
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
    spec: specs,
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
