import { createMetrics } from '@codelab/runtime/metrics'

const metricsOf = () => createMetrics('a-service', { processMetrics: false })

test('a tally is told at each scrape, with what has come since', async () => {
  const { registry, tally } = metricsOf()
  const answers = tally('answers_total', 'Answers.', ['model', 'outcome'])
  const said = async () =>
    (await registry.metrics()).split('\n').filter((line) => line.startsWith('codelab'))
  expect(await said()).toEqual([])
  answers(1, 'small', 'completed')
  answers(2, 'small', 'completed')
  answers(1, 'small', 'failed')
  answers(0, 'large', 'completed')
  const first = [
    'codelab_a_service_answers_total{model="small",outcome="completed"} 3',
    'codelab_a_service_answers_total{model="small",outcome="failed"} 1',
    'codelab_a_service_answers_total{model="large",outcome="completed"} 0',
  ]
  expect(await said()).toEqual(first)
  expect(await said()).toEqual(first)
  answers(4, 'large', 'completed')
  expect(await said()).toEqual([...first.slice(0, 2), first[2]!.replace(/0$/, '4')])
})

test('values of labels may hold anything', async () => {
  const { registry, tally } = metricsOf()
  const answers = tally('answers_total', 'Answers.', ['model', 'outcome'])
  answers(1, 'a', 'b c')
  answers(2, 'a b', 'c')
  answers(3, '__proto__', '')
  const values = (await registry.getSingleMetric('codelab_a_service_answers_total')!.get()).values
  expect(values.map(({ value }) => value)).toEqual([1, 2, 3])
})

test('what is no count is left out', async () => {
  const { registry, tally } = metricsOf()
  const tokens = tally('tokens_total', 'Tokens.', ['model'])
  for (const uses of [-1, Number.NaN, Infinity, 5]) tokens(uses, 'small')
  expect(await registry.metrics()).toContain('tokens_total{model="small"} 5\n')
})

test('a spread is told as a histogram of the library is', async () => {
  const [own, library] = [metricsOf(), metricsOf()]
  const buckets = [0.1, 1, 10]
  const spread = own.spread('seconds', 'Time.', ['method', 'status'], buckets)
  const histogram = library.histogram('seconds', 'Time.', ['method', 'status'], buckets)
  expect(await own.registry.metrics()).toBe(await library.registry.metrics())
  const kinds = [
    ['GET', '200'],
    ['GET', '404'],
    ['a "b"', ''],
  ] as const
  for (const value of [0, 0.1, 0.100001, 1, 5, 10, 10.5, 1e9])
    for (const [method, status] of kinds) {
      spread(value, method, status)
      histogram.observe({ method, status }, value)
    }
  for (const value of [Number.NaN, Infinity]) spread(value, 'GET', '200')
  const text = await own.registry.metrics()
  expect(text).toContain('seconds_bucket{le="1",method="GET",status="200"} 4\n')
  expect(text).toBe(await library.registry.metrics())
})
