import { argumentsDigest, canonicalJson } from '@codelab/agent/tools/canonical'
import fc from 'fast-check'

test('keys are ordered at every depth and absent values left out', () => {
  expect(canonicalJson({ b: [{ d: 1, c: undefined, a: null }], a: 'é' })).toBe(
    '{"a":"é","b":[{"a":null,"d":1}]}',
  )
})

test('the digest is hexadecimal SHA-256 over tool and arguments', () => {
  const digest = argumentsDigest('read_file', { path: 'a' })
  expect(digest).toMatch(/^[0-9a-f]{64}$/)
  expect(argumentsDigest('delete_file', { path: 'a' })).not.toBe(digest)
  expect(argumentsDigest('read_file', { path: './a' })).not.toBe(digest)
})

const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  )
}

test('equal arguments have one digest, and canonical text reads back as the same value', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (given) => {
      expect(argumentsDigest('t', reversed(given) as Record<string, unknown>)).toBe(
        argumentsDigest('t', given),
      )
      expect(JSON.parse(canonicalJson(given))).toEqual(JSON.parse(JSON.stringify(given)))
    }),
  )
})
