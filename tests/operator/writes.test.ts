import { suiteTenants } from '../support/operator/tenants.ts'

/** How often the operator writes: once for each child, and never for nothing. */
const tenant = suiteTenants()

test('a new workspace gets ready by one write for each child and at most three of its status, then none, nor after a restart', async () => {
  const t = await tenant()
  await t.secret('openai', { apiKey: 'sk-1' })
  const first = await t.operator()
  t.kubelet()
  await t.create()
  await t.condition('Ready', ({ status }) => status === 'True', { withinMs: 60_000 })
  const settledAt = await t.quiet(2_000)

  const writes = await t.writes()
  const children = await t.children()
  const status = writes.filter(({ what }) => what === 'codelabworkspaces/status/acme')
  const others = writes.filter((each) => !status.includes(each))
  console.log(
    `${children.size} children, ${others.length} writes for them, ${status.length} of the status`,
  )
  expect(others.filter(({ code }) => code >= 300)).toEqual([])
  expect(new Set(others.map(({ what }) => what)).size).toBe(others.length)
  expect(others).toHaveLength(children.size)
  expect(status.length).toBeLessThanOrEqual(3)

  await first.stop()
  const second = await t.operator()
  await second.looked()
  await t.quiet()
  expect(await t.writes(settledAt)).toEqual([])
}, 120_000)
