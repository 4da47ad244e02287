import { readSettings } from '@codelab/runtime/settings'
import { Config as Agent } from '@codelab/agent/config'
import { Config as Auth } from '@codelab/auth/config'
import { Config as Gateway } from '@codelab/gateway/config'
import { Config as LlmProxy } from '@codelab/llm-proxy/config'
import { ProviderList } from '@codelab/llm-proxy/setup/provider-settings'
import type { Workload } from '@codelab/operator/workspace/child'
import { secretOf, wantedSecrets } from '@codelab/operator/workspace/children/secrets'
import { wantedChildren } from '@codelab/operator/workspace/desired'
import { childOf, containerOf, environmentOf, podOf } from '../../../../support/operator/pods.ts'
import {
  allWell,
  openai,
  settings,
  type SpecInput,
  withSecret,
  workspaceWith,
} from '../../../../support/operator/workspaces.ts'

const full: Partial<SpecInput> = {
  access: { host: 'acme.example.com' },
  models: {
    default: 'gpt-4o',
    fallbacks: ['gpt-4o-mini'],
    providers: [openai],
    prices: [{ model: 'gpt-4o', inputPerMillion: 2.5, outputPerMillion: 10 }],
    currency: 'EUR',
  },
  agent: {
    contextTokens: 9000,
    jobs: { concurrency: 7 },
    embeddingModel: 'openai/gpt-4o-mini',
    approvals: { rules: [{ tool: 'execute_command', command: 'rm $(PATH)', action: 'deny' }] },
    compaction: { enabled: false, model: 'gpt-4o-mini' },
  },
  auth: { accessTokenTTL: '5m', refreshTokenTTL: '2d', passwordGrant: false },
}

const deploymentOf = (process: string, spec: Partial<SpecInput> = full) => {
  const workspace = workspaceWith(spec)
  const children = wantedChildren(workspace, allWell(workspace), settings)
  return childOf<Workload>(children, 'Deployment', `acme-${process}`)
}

/** The value that the operator would have made, as the API server stores it. */
const madeUp = (spec: Partial<SpecInput>) => {
  const workspace = workspaceWith(spec)
  const made = wantedSecrets(workspace).map((wanted) => {
    const object = secretOf(workspace, wanted, (count) => new Uint8Array(count).fill(count))
    return [wanted.name, object['stringData'] as Record<string, string>] as const
  })
  const values = Object.fromEntries(made)
  return (name: string, key: string) => {
    if (name === 'db') return 'postgresql://app:pw@db.example.com:5432/app'
    if (name === 'cache') return 'rediss://:pw@cache.example.com:6380'
    return values[name]![key]!
  }
}

const external: Partial<SpecInput> = {
  postgres: { external: { secretRef: { name: 'db' } } },
  redis: { external: { secretRef: { name: 'cache' } } },
}

/** Read by libraries under their own names, or only to be put into another variable. */
const notSettings = new Set([
  ...['PGPASSWORD', 'REDIS_PASSWORD'],
  ...['MALLOC_MMAP_THRESHOLD_', 'MALLOC_ARENA_MAX'],
])

test.each([
  ['gateway', Gateway],
  ['agent', Agent],
  ['worker', Agent],
  ['llm-proxy', LlmProxy],
  ['auth', Auth],
])('%s starts with the variables it is given, and each is one that it reads', (process, Config) => {
  for (const spec of [{}, full, external]) {
    const env = environmentOf(deploymentOf(process, spec), madeUp(spec))
    const known = Object.keys(env).filter((name) => !notSettings.has(name))
    expect(Object.keys(Config.shape)).toEqual(expect.arrayContaining(known))
    expect(() => readSettings(Config, env)).not.toThrow()
  }
})

test('what the spec says arrives in the settings of the services', () => {
  const agent = readSettings(Agent, environmentOf(deploymentOf('worker'), madeUp(full)))
  expect(agent).toMatchObject({
    AGENT_ROLES: ['worker'],
    AGENT_HOST: '0.0.0.0',
    CONTEXT_MAX_TOKENS: 9000,
    JOBS_CONCURRENCY: 7,
    EMBEDDING_MODEL: 'openai/gpt-4o-mini',
    COMPACTION: 'off',
    COMPACTION_MODEL: 'gpt-4o-mini',
    APPROVAL_RULES: [{ tool: 'execute_command', command: 'rm $(PATH)', action: 'deny' }],
    DEFAULT_MODEL: 'gpt-4o',
    DATABASE_URL: 'postgresql://codelab@acme-postgres:5432/codelab',
  })
  const auth = readSettings(Auth, environmentOf(deploymentOf('auth'), madeUp(full)))
  expect(auth).toMatchObject({
    ISSUER: 'https://acme.example.com',
    WORKSPACE: 'team-acme/acme',
    ACCESS_TOKEN_TTL_S: 300,
    REFRESH_TOKEN_TTL_S: 172_800,
    PASSWORD_GRANT: false,
  })
  expect(auth.KEY_ENCRYPTION_KEY).toHaveLength(32)
  const proxy = readSettings(LlmProxy, environmentOf(deploymentOf('llm-proxy'), madeUp(full)))
  expect(proxy).toMatchObject({
    CODELAB_DEFAULT_MODEL: 'gpt-4o',
    CODELAB_FALLBACK_MODELS: ['gpt-4o-mini'],
    CODELAB_PRICES: [{ model: 'gpt-4o', inputPerMillion: 2.5, outputPerMillion: 10 }],
    CODELAB_CURRENCY: 'EUR',
    PROVIDERS_FILE: '/etc/codelab/providers/providers.json',
  })
})

test('auth learns true client addresses from the gateway, which alone has the token for it', () => {
  const names = ['gateway', 'agent', 'worker', 'llm-proxy', 'auth']
  const having = names.filter((name) =>
    containerOf(deploymentOf(name)).env!.some((variable) => variable.name === 'FORWARDED_TOKEN'),
  )
  expect(having).toEqual(['gateway', 'auth'])
  const [gateway, auth] = ['gateway', 'auth'].map((name) =>
    environmentOf(deploymentOf(name), madeUp(full)),
  )
  expect(gateway!['FORWARDED_TOKEN']).toBe(auth!['FORWARDED_TOKEN'])
  expect(auth!['TRUSTED_PROXIES']).toBe('0.0.0.0/0,::/0')
  expect(gateway!['TRUSTED_PROXY_HOPS']).toBe('1')
  expect(environmentOf(deploymentOf('gateway', {}), madeUp({}))['TRUSTED_PROXY_HOPS']).toBe('0')
  expect(auth!['MALLOC_MMAP_THRESHOLD_']).toBe('1048576')
})

test('keys of providers reach llm-proxy alone, as files, and its list names only where they are', () => {
  const workspace = workspaceWith(full)
  const children = wantedChildren(workspace, allWell(workspace), settings)
  const list = childOf(children, 'ConfigMap', 'acme-providers')['data'] as Record<string, string>
  expect(ProviderList.parse(JSON.parse(list['providers.json']!))).toEqual([
    {
      name: 'openai',
      type: 'openai',
      models: ['gpt-4o', 'gpt-4o-mini'],
      apiKeyFile: '/run/secrets/codelab/keys/openai',
    },
  ])
  const holders = children.filter((child) => JSON.stringify(child).includes('"name":"openai"'))
  expect(holders.map(({ metadata }) => metadata.name)).toEqual(['acme-llm-proxy'])
  const pod = podOf(childOf<Workload>(children, 'Deployment', 'acme-llm-proxy'))
  expect(pod.volumes).toContainEqual({
    name: 'keys',
    projected: {
      defaultMode: 0o440,
      sources: [
        { secret: { name: 'openai', optional: true, items: [{ key: 'apiKey', path: 'openai' }] } },
      ],
    },
  })
  expect(
    containerOf(childOf<Workload>(children, 'Deployment', 'acme-llm-proxy')).env,
  ).not.toContainEqual(expect.objectContaining({ name: 'OPENAI_API_KEY' }))
})

const hashes = (child: Workload) => child.spec.template.metadata!.annotations

test('a changed Secret rolls the pods that read it and no others', () => {
  const workspace = workspaceWith(full)
  const before = allWell(workspace)
  const rolled = (name: string, digests: Record<string, string>) =>
    ['gateway', 'agent', 'worker', 'llm-proxy', 'auth'].filter((process) => {
      const [old, changed] = [before, withSecret(before, name, digests)].map((observed) =>
        hashes(
          childOf<Workload>(
            wantedChildren(workspace, observed, settings),
            'Deployment',
            `acme-${process}`,
          ),
        ),
      )
      return JSON.stringify(old) !== JSON.stringify(changed)
    })
  expect(rolled('openai', { apiKey: 'new' })).toEqual(['llm-proxy'])
  expect(rolled('acme-postgres', { password: 'new' })).toEqual(['agent', 'worker', 'auth'])
  expect(rolled('acme-redis', { password: 'new' })).toEqual(['gateway', 'agent', 'worker', 'auth'])
  expect(rolled('acme-admin', { username: 'x', password: 'new' })).toEqual([])
  expect(
    rolled('openai', { ...before.secrets['openai']!.digests, unread: 'of another program' }),
  ).toEqual([])
})

test('another list of models rolls llm-proxy, which reads it at its start only', () => {
  const other = { models: { providers: [{ ...openai, models: ['gpt-5'] }] } }
  expect(hashes(deploymentOf('llm-proxy', other))).not.toEqual(
    hashes(deploymentOf('llm-proxy', {})),
  )
})

test('a Deployment replaces its pods one by one, probes their admin port and drains them', () => {
  const { spec } = deploymentOf('gateway', { gateway: { replicas: 2 } })
  expect(spec).toMatchObject({
    replicas: 2,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  })
  const pod = spec.template.spec!
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 30,
    topologySpreadConstraints: [
      { topologyKey: 'kubernetes.io/hostname', matchLabelKeys: ['pod-template-hash'] },
      { topologyKey: 'topology.kubernetes.io/zone', matchLabelKeys: ['pod-template-hash'] },
    ],
  })
  expect(pod.containers[0]).toMatchObject({
    image: 'registry.example.com/codelab:0.1.0',
    command: [
      'node',
      '--max-semi-space-size=16',
      '--no-allocation-site-pretenuring',
      '--no-memory-reducer-favors-memory',
      '/app/gateway.js',
    ],
    ports: [
      { name: 'http', containerPort: 8000 },
      { name: 'admin', containerPort: 9000 },
    ],
    startupProbe: { httpGet: { path: '/readyz', port: 'admin' } },
    readinessProbe: { httpGet: { path: '/readyz', port: 'admin' } },
    livenessProbe: { httpGet: { path: '/livez', port: 'admin' } },
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
  })
  expect(containerOf(deploymentOf('worker')).lifecycle).toBeUndefined()
})

test('llm-proxy alone begins with its whole young generation', () => {
  const commandOf = (process: string) => containerOf(deploymentOf(process)).command
  expect(commandOf('llm-proxy')).toContain('--min-semi-space-size=16')
  for (const process of ['gateway', 'agent', 'worker', 'auth'] as const)
    expect(commandOf(process)).not.toContain('--min-semi-space-size=16')
})

test('a Deployment that is scaled by the cluster names no number of pods', () => {
  const { spec } = deploymentOf('gateway', { gateway: { autoscaling: { maxReplicas: 4 } } })
  expect(spec).not.toHaveProperty('replicas')
})

test('pods take their images with the operator’s pull secrets', () => {
  const workspace = workspaceWith()
  const image = { ...settings.image, pullSecrets: ['mirror'], pullPolicy: 'Always' as const }
  const children = wantedChildren(workspace, allWell(workspace), { ...settings, image })
  const gateway = childOf<Workload>(children, 'Deployment', 'acme-gateway')
  expect(podOf(gateway).imagePullSecrets).toEqual([{ name: 'mirror' }])
  expect(containerOf(gateway).imagePullPolicy).toBe('Always')
})
