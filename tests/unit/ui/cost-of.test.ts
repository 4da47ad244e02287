import { costOf, hasPrices } from '../../../desktop-client/ui/src/screens/conversation/cost-of.ts'

const price = { input_per_million: 2, output_per_million: 10, currency: 'EUR' }
const models = [
  { id: 'm', provider: 'near', price },
  { id: 'far/m', provider: 'far', price: { ...price, input_per_million: 4 } },
  {
    id: 'free',
    provider: 'near',
    price: { ...price, input_per_million: 0, output_per_million: 0 },
  },
  { id: 'unknown', provider: 'near' },
]
const used = { model: 'm', provider: 'near', input_tokens: 1_000, output_tokens: 200 }

test('tokens cost what the model that answered takes for those it reads and those it writes', () => {
  expect(costOf([used], models)).toEqual({ amount: 0.004, currency: 'EUR' })
  expect(costOf([{ ...used, provider: 'far' }], models)).toEqual({ amount: 0.006, currency: 'EUR' })
  expect(costOf([used, { ...used, provider: 'far' }], models)).toEqual({
    amount: 0.01,
    currency: 'EUR',
  })
})

test('a model that costs nothing is one with a price', () => {
  expect(costOf([{ ...used, model: 'free' }], models)).toEqual({ amount: 0, currency: 'EUR' })
})

test('a sum that leaves something out is none: the models without a price are named, each once', () => {
  const unknown = { ...used, model: 'unknown' }
  const gone = { ...used, model: 'gone' }
  expect(costOf([used, unknown, gone, unknown], models)).toEqual({ unpriced: ['unknown', 'gone'] })
  expect(costOf([{ ...used, provider: 'other' }], models)).toEqual({ unpriced: ['m'] })
})

test('before the first answer there is nothing to say', () => {
  expect(costOf([], models)).toBeUndefined()
})

test('a workspace names prices as soon as one of its models has one', () => {
  expect(hasPrices(models)).toBe(true)
  expect(hasPrices([{ id: 'unknown', provider: 'near' }])).toBe(false)
})
