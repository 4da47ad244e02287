import fc from 'fast-check'
import { digestOfFields, wantedDigest } from '@codelab/operator/kube/field-digest'
import { ownedFields } from '@codelab/operator/kube/owned-fields'
import {
  appliedDeployment,
  appliedService,
  deployment,
  editedDeployment,
  service,
} from '../../../support/operator/samples.ts'

const found = (object: typeof deployment) =>
  digestOfFields(ownedFields(object, 'codelab-operator')!)

test('what the API server gives back after an apply has the digest of what was applied', () => {
  expect(found(deployment)).toBe(wantedDigest(appliedDeployment))
  expect(found(service)).toBe(wantedDigest(appliedService))
})

test('what somebody else edited has another', () => {
  expect(found(editedDeployment)).not.toBe(wantedDigest(appliedDeployment))
})

test('name, namespace and kind do not count: they are nobody’s fields', () => {
  const metadata = { ...appliedService.metadata, name: 'other', namespace: 'elsewhere' }
  expect(wantedDigest({ ...appliedService, metadata })).toBe(wantedDigest(appliedService))
})

const json = fc.letrec<{ value: unknown; record: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ maxLength: 5 }),
    fc.integer(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('record'),
  ),
  record: fc.dictionary(fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd') }), tie('value'), {
    maxKeys: 5,
    noNullPrototype: true,
  }),
})).record

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The same at every depth, with the fields of each record changed. */
const changed = (
  value: unknown,
  change: (fields: [string, unknown][]) => [string, unknown][],
): unknown => {
  if (Array.isArray(value)) return value.map((item) => changed(item, change))
  if (!isRecord(value)) return value
  return Object.fromEntries(
    change(Object.entries(value).map(([key, inner]) => [key, changed(inner, change)])),
  )
}

test('the order of fields does not count, at any depth', () => {
  fc.assert(
    fc.property(json, (fields) => {
      const turned = changed(fields, (entries) => entries.toReversed()) as typeof fields
      expect(digestOfFields(turned)).toBe(digestOfFields(fields))
    }),
  )
})

test('empty fields do not count, at any depth', () => {
  const empty = fc.constantFrom<unknown>(null, undefined, [], {})
  fc.assert(
    fc.property(json, empty, (fields, nothing) => {
      const padded = changed(fields, (entries) => [...entries, ['nothing', nothing]])
      expect(digestOfFields(padded as typeof fields)).toBe(digestOfFields(fields))
    }),
  )
})

test('any other value counts, and so does the order of a list', () => {
  fc.assert(
    fc.property(json, fc.string({ minLength: 1 }), (fields, value) => {
      expect(digestOfFields({ ...fields, more: value })).not.toBe(digestOfFields(fields))
    }),
  )
  expect(digestOfFields({ args: ['a', 'b'] })).not.toBe(digestOfFields({ args: ['b', 'a'] }))
  expect(digestOfFields({ replicas: 0 })).not.toBe(digestOfFields({}))
  expect(digestOfFields({ ready: false })).not.toBe(digestOfFields({}))
  expect(digestOfFields({ text: '' })).not.toBe(digestOfFields({}))
})

const resources = (cpu: string) => digestOfFields({ resources: { requests: { cpu } } })

test('each number of thousandths is the same as a decimal and in the API server’s form', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9_999_999 }), (milli) => {
      const decimal = `${Math.floor(milli / 1_000)}.${String(milli % 1_000).padStart(3, '0')}`
      expect(resources(decimal)).toBe(resources(`${milli}m`))
      expect(resources(`${milli + 1}m`)).not.toBe(resources(decimal))
    }),
  )
})

test('quantities are those of requests, limits and sizeLimit alone; elsewhere 1000m is a text', () => {
  const volume = (sizeLimit: string) => digestOfFields({ emptyDir: { sizeLimit } })
  expect(volume('1024Mi')).toBe(volume('1Gi'))
  expect(digestOfFields({ value: '1000m' })).not.toBe(digestOfFields({ value: '1' }))
})
