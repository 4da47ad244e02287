import { type Resource, resources } from '@codelab/operator/kube/resources'
import type { Any } from '../support/operator/kube-api.ts'
import { conditionOf, type Tenant } from '../support/operator/tenant.ts'
import { until } from '../support/until.ts'
import type { SpecInput } from '../support/operator/workspaces.ts'
import { suiteTenants } from '../support/operator/tenants.ts'

/** Secrets: those that people bring, and those that are made once. */
const tenant = suiteTenants()

const { secrets, deployments, statefulSets } = resources
const encoded = (value: string) => Buffer.from(value).toString('base64')

/** The templates of everything with pods, by name. */
async function templates(t: Tenant): Promise<Record<string, string>> {
  const kinds: Resource[] = [deployments, statefulSets]
  const lists = await Promise.all(kinds.map((kind) => t.api.list(kind, t.namespace)))
  return Object.fromEntries(
    lists.flat().map(({ metadata, spec }: Any) => [metadata.name, JSON.stringify(spec.template)]),
  )
}
const changed = (before: Record<string, string>, after: Record<string, string>): string[] =>
  Object.keys(after)
    .filter((name) => before[name] !== after[name])
    .toSorted()

const brought = [
  {
    what: 'a provider’s key',
    type: 'CredentialsValid',
    path: 'spec.models.providers[0].apiKeySecretRef',
    spec: {} as Partial<SpecInput>,
    name: 'openai',
    key: 'apiKey',
    value: 'sk-1',
  },
  {
    what: 'the address of an external PostgreSQL',
    type: 'DatabaseReady',
    path: 'spec.postgres.external.secretRef',
    spec: { postgres: { external: { secretRef: { name: 'db' } } } } as Partial<SpecInput>,
    name: 'db',
    key: 'uri',
    value: 'postgresql://u:p@db.example.com/x',
  },
  {
    what: 'the address of an external Redis',
    type: 'CacheReady',
    path: 'spec.redis.external.secretRef',
    spec: {
      redis: { external: { secretRef: { name: 'cache', key: 'url' } } },
    } as Partial<SpecInput>,
    name: 'cache',
    key: 'url',
    value: 'redis://u:p@cache.example.com',
  },
]

test.each(brought)(
  '$what: missing Secret, missing key and empty value are told within 5 s with the field, and healed when mended',
  async ({ type, path, spec, name, key, value }) => {
    const t = await tenant()
    if (name !== 'openai') await t.secret('openai', { apiKey: 'sk-1' })
    await t.operator()
    await t.create(spec)
    const told = async (reason: string) => {
      const is = (condition: { reason: string }) => condition.reason === reason
      const { message } = await t.condition(type, is, { withinMs: 5_000 })
      expect(message).toContain(path)
      expect(message).toContain(name)
      const all = await t.condition('CredentialsValid', is, { withinMs: 5_000 })
      expect(all).toMatchObject({ status: 'False' })
      expect(all.message).toContain(path)
    }
    await told('SecretMissing')
    await t.secret(name, { other: 'x' })
    await told('KeyMissing')
    await t.api.merge(secrets, t.at(name), { data: { [key]: encoded(value) } })
    await t.condition('CredentialsValid', ({ status }) => status === 'True', { withinMs: 5_000 })
    await t.api.merge(secrets, t.at(name), { data: { [key]: '' } })
    await told('KeyMissing')
    await t.api.merge(secrets, t.at(name), { data: { [key]: encoded(value) } })
    await t.condition('CredentialsValid', ({ status }) => status === 'True', { withinMs: 5_000 })
    await t.api.remove(secrets, t.at(name))
    await told('SecretMissing')
    await t.secret(name, { [key]: value })
    await t.condition('CredentialsValid', ({ status }) => status === 'True', { withinMs: 5_000 })
  },
  60_000,
)

test('a rotated provider key rolls llm-proxy alone, a swapped database password only those that read it', async () => {
  const t = await tenant()
  await t.secret('openai', { apiKey: 'sk-1', unrelated: 'x' })
  await t.secret('db', { uri: 'postgresql://u:one@db.example.com/x' })
  await t.operator()
  await t.create(brought[1]!.spec)
  await t.settled()
  await t.quiet()
  const first = await templates(t)

  await t.api.merge(secrets, t.at('openai'), { data: { unrelated: encoded('y') } })
  await t.quiet()
  expect(changed(first, await templates(t))).toEqual([])
  await t.api.merge(secrets, t.at('openai'), { data: { apiKey: encoded('sk-2') } })
  await until('llm-proxy to roll', async () => changed(first, await templates(t)).length > 0)
  await t.quiet()
  const second = await templates(t)
  expect(changed(first, second)).toEqual(['acme-llm-proxy'])

  await t.api.merge(secrets, t.at('db'), {
    data: { uri: encoded('postgresql://u:two@db.example.com/x') },
  })
  await until('a roll', async () => changed(second, await templates(t)).length > 0)
  await t.quiet()
  expect(changed(second, await templates(t))).toEqual(['acme-agent', 'acme-auth', 'acme-worker'])
}, 60_000)

test('the password of a managed database that somebody swaps reaches the database and who reads it', async () => {
  const t = await tenant()
  await t.secret('openai', { apiKey: 'sk-1' })
  await t.operator()
  await t.create()
  await t.settled()
  await t.quiet()
  const before = await templates(t)
  await t.api.merge(secrets, t.at('acme-postgres'), { data: { password: encoded('chosen') } })
  await until('a roll', async () => changed(before, await templates(t)).length > 0)
  await t.quiet()
  expect(changed(before, await templates(t))).toEqual([
    'acme-agent',
    'acme-auth',
    'acme-postgres',
    'acme-worker',
  ])
  expect((await t.get(secrets, 'acme-postgres'))!['data'].password).toBe(encoded('chosen'))
}, 60_000)

test('a generated Secret that lost a key is not filled up: it is told, pods stay as they are, and putting it back heals', async () => {
  const t = await tenant()
  await t.secret('openai', { apiKey: 'sk-1' })
  await t.operator()
  t.kubelet()
  await t.create()
  await t.condition('Ready', ({ status }) => status === 'True')
  await t.quiet()
  const before = await templates(t)
  for (const [name, key] of [
    ['acme-postgres', 'password'],
    ['acme-internal', 'token'],
    ['acme-auth', 'keyEncryptionKey'],
  ] as const) {
    const { [key]: value } = (await t.get(secrets, name))!['data'] as Record<string, string>
    await t.api.merge(secrets, t.at(name), { data: { [key]: null } })
    const lost = await t.condition('CredentialsValid', ({ status }) => status === 'False', {
      withinMs: 5_000,
    })
    expect(lost).toMatchObject({ reason: 'KeyMissing' })
    expect(lost.message).toContain(`Secret ${name} has lost its key ${key}`)
    await t.quiet()
    expect(changed(before, await templates(t))).toEqual([])
    expect((await t.get(secrets, name))!['data'] ?? {}).not.toHaveProperty(key)

    await t.api.merge(secrets, t.at(name), { data: { [key]: value } })
    await t.condition('CredentialsValid', ({ status }) => status === 'True')
    await t.quiet()
    expect(changed(before, await templates(t))).toEqual([])
  }
  expect(conditionOf(await t.workspace(), 'Ready')).toMatchObject({ status: 'True' })
}, 90_000)

test('a generated Secret that is deleted is made anew, once', async () => {
  const t = await tenant()
  await t.secret('openai', { apiKey: 'sk-1' })
  await t.operator()
  await t.create()
  await t.settled()
  const from = await t.quiet()
  const before = await t.get(secrets, 'acme-redis')
  await t.api.remove(secrets, t.at('acme-redis'))
  const after = await until('another Secret', () => t.get(secrets, 'acme-redis'))
  expect(after['data'].password).not.toBe(before!['data'].password)
  await t.quiet()
  const creates = (await t.writes(from)).filter(({ verb }) => verb === 'create')
  expect(creates.map(({ what }) => what)).toEqual(['secrets/acme-redis'])
}, 60_000)

test('the Secret that seals what is in the database is not made anew: its loss is told, pods stay as they are, and putting it back heals', async () => {
  const t = await tenant()
  await t.secret('openai', { apiKey: 'sk-1' })
  await t.operator()
  t.kubelet()
  await t.create()
  await t.condition('Ready', ({ status, reason }) => status === 'True' && reason === 'AllReady')
  await t.quiet()
  const before = await templates(t)
  const { data, metadata, type } = (await t.get(secrets, 'acme-auth'))!
  await t.api.remove(secrets, t.at('acme-admin'))
  await t.api.remove(secrets, t.at('acme-auth'))
  const lost = await t.condition('CredentialsValid', ({ status }) => status === 'False', {
    withinMs: 5_000,
  })
  expect(lost).toMatchObject({
    reason: 'SecretMissing',
    message: expect.stringContaining('Secret acme-auth is gone'),
  })
  await t.quiet()
  expect(changed(before, await templates(t))).toEqual([])
  expect(await t.get(secrets, 'acme-auth')).toBeUndefined()
  expect(await t.get(secrets, 'acme-admin')).toBeUndefined()

  const { name, labels } = metadata
  await t.api.create(secrets, t.namespace, { metadata: { name, labels }, type, data })
  await t.condition('Ready', ({ status, reason }) => status === 'True' && reason === 'AllReady')
  await t.quiet()
  expect(changed(before, await templates(t))).toEqual([])
}, 90_000)
