import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { resources } from '@codelab/operator/kube/resources'
import { specs } from '../support/operator/arbitrary.ts'
import type { Any } from '../support/operator/kube-api.ts'
import type { Tenant } from '../support/operator/tenant.ts'
import { ownTenants } from '../support/operator/tenants.ts'
import type { SpecInput } from '../support/operator/workspaces.ts'

/** A workspace is what its spec says, whatever it said before. */
const tenant = ownTenants()

const people: Readonly<Record<string, Record<string, string>>> = {
  openai: { apiKey: 'sk-1' },
  keys: { a: '1', b: '2' },
  db: { uri: 'postgresql://u:p@db.example.com/x' },
  cache: { url: 'redis://u:p@cache.example.com', uri: 'redis://10.0.0.9:6380' },
}
const generated = ['postgres', 'redis', 'internal', 'auth', 'admin'].map((part) => `acme-${part}`)

/** Without what an object is called by and what others write into it. */
function content(object: Any, { namespace }: Tenant): unknown {
  const { labels, annotations, ownerReferences, name } = object.metadata
  const { status: _, ...rest } = object
  const text = JSON.stringify({
    ...rest,
    metadata: { name, labels, annotations, owners: ownerReferences?.map(({ kind }) => kind) },
  })
  const whole = JSON.parse(text.replaceAll(namespace, 'NAMESPACE')) as Any
  const spec = whole['spec'] as Record<string, unknown> | undefined
  // Given out by the cluster.
  for (const field of ['clusterIP', 'clusterIPs', 'volumeName']) delete spec?.[field]
  if (object.kind === 'Job')
    delete (spec!['template'] as { metadata: { labels?: unknown } }).metadata.labels
  if (object.kind === 'Job') delete spec!['selector']
  return whole
}

async function contents(t: Tenant): Promise<Record<string, unknown>> {
  const children = await t.children()
  const scaled = new Set(
    [...children.values()]
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map(({ metadata }) => metadata.name),
  )
  return Object.fromEntries(
    [...children]
      .filter(([, { kind }]) => kind !== 'Secret')
      .map(([key, child]) => {
        const whole = content(child, t) as Any
        // The number of pods is the autoscaler's, and stays as it was.
        if (child.kind === 'Deployment' && scaled.has(child.metadata.name))
          delete whole['spec'].replicas
        return [key, whole] as const
      })
      .toSorted(([one], [other]) => one.localeCompare(other)),
  )
}

const seed = Date.now() % 2 ** 31
const chains = 2
const length = 20

test.each(Array.from({ length: chains }, (_, n) => seed + n))(
  'twenty changes in a row end as the last spec alone (seed %i)',
  async (each) => {
    const [changed, fresh] = [await tenant(), await tenant()]
    for (const [name, values] of Object.entries(people))
      for (const t of [changed, fresh]) await t.secret(name, values)
    await changed.operator()
    const [first, ...rest] = fc.sample(specs, { numRuns: length + 1, seed: each }) as SpecInput[]
    // Where data is cannot be changed.
    const next = rest.map((spec) => ({ ...spec, postgres: first!.postgres }))
    await changed.create(first)
    for (const [n, spec] of next.entries()) {
      await changed.api.edit(resources.workspaces, changed.at('acme'), (draft) =>
        Object.assign(draft, { spec }),
      )
      // Some of them before the one before was carried out.
      if (n % 3 === 0) await changed.settled()
    }
    await changed.settled()
    await changed.quiet()

    // The same passwords and tokens, as a workspace finds them that takes over what another left behind.
    for (const name of generated) {
      const secret = await changed.get(resources.secrets, name)
      if (secret)
        await fresh.api.create(resources.secrets, fresh.namespace, {
          metadata: { name, labels: secret.metadata.labels },
          data: secret['data'],
        })
    }
    await fresh.operator()
    await fresh.create(next.at(-1))
    await fresh.settled()
    await fresh.quiet()
    const [has, wants] = [await contents(changed), await contents(fresh)]
    expect(Object.keys(has)).toEqual(Object.keys(wants))
    for (const key of Object.keys(wants))
      if (!isDeepStrictEqual(has[key], wants[key]))
        expect({ [key]: has[key] }).toEqual({ [key]: wants[key] })
  },
  120_000,
)
