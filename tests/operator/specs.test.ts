import fc from 'fast-check'
import { acceptedSpecs } from '../support/operator/accepted-specs.ts'
import { specs } from '../support/operator/arbitrary.ts'
import { ownTenants } from '../support/operator/tenants.ts'
import type { SpecInput } from '../support/operator/workspaces.ts'

/** Whatever a spec says: what was written for it is recognised, by an operator that remembers nothing too. */
const tenant = ownTenants()

const drawn = 30

test('specs of every field are each written once, and a new operator finds nothing to write', async () => {
  const seed = Date.now() % 2 ** 31
  const some = fc.sample(specs, { numRuns: drawn, seed }) as SpecInput[]
  const all = [...(Object.values(acceptedSpecs) as SpecInput[]), ...some]
  console.log(`seed ${seed}, ${all.length} specs`)
  const t = await tenant()
  for (const [name, key] of Object.entries({ openai: 'apiKey', keys: 'a' }))
    await t.secret(name, { [key]: 'x' })
  await t.secret('db', { uri: 'postgresql://u:p@db.example.com/x' })
  await t.secret('cache', { url: 'redis://u:p@cache.example.com', uri: 'redis://10.0.0.9:6380' })
  const first = await t.operator()
  const names = await Promise.all(
    all.map(async (spec, n) => {
      const name = `w${n}`
      await t.create(spec, name)
      return name
    }),
  )
  await Promise.all(names.map((name) => t.settled(name)))
  const settledAt = await t.quiet()
  const writes = await t.writes()
  const children = writes.filter(({ what }) => !what.includes('codelabworkspaces'))
  expect(writes.filter(({ code }) => code >= 300)).toEqual([])
  const twice = children.filter(
    ({ what }, n) => children.findIndex((each) => each.what === what) < n,
  )
  expect(twice).toEqual([])

  await first.stop()
  const second = await t.operator()
  await second.looked(all.length)
  await t.quiet()
  const after = await t.writes(settledAt)
  console.log(`${children.length} children written once; after a restart ${after.length} writes`)
  expect(after).toEqual([])
}, 180_000)
