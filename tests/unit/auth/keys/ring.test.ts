import fc from 'fast-check'
import { leadSecondsFor } from '@codelab/auth/keys/lead'
import { ringAt, spentAt, type SigningKey } from '@codelab/auth/keys/ring'

const at = (seconds: number) => new Date(seconds * 1_000)
const key = (kid: string, activates: number): SigningKey => ({
  kid,
  createdAt: at(activates - 100),
  activatesAt: at(activates),
  jwk: {},
})
const kids = (keys: SigningKey[], seconds: number) =>
  ringAt(keys, at(seconds), 900).keys.map(({ kid }) => kid)

const [a, b] = [key('a', 0), key('b', 1_000)]

test.each([
  ['one key signs', [a], 10, ['a']],
  ['a waiting key is listed behind', [a, b], 999, ['a', 'b']],
  ['its moment has come: it signs, the old one is listed', [a, b], 1_000, ['b', 'a']],
  ['as long as a token of the old one may live', [a, b], 1_899, ['b', 'a']],
  ['then the old one goes', [a, b], 1_900, ['b']],
  ['the order of the rows does not matter', [b, a], 1_000, ['b', 'a']],
  ['a key of the future alone still serves', [b], 0, ['b']],
])('%s', (_what, keys, seconds, expected) => {
  expect(kids(keys, seconds)).toEqual(expected)
})

test('tells when it changes by itself', () => {
  expect(ringAt([a, b], at(10), 900).nextChange).toEqual(at(1_000))
  expect(ringAt([a, b], at(1_000), 900).nextChange).toEqual(at(1_900))
  expect(ringAt([a, b], at(1_900), 900).nextChange).toBeUndefined()
})

test('a key is spent exactly when it is no longer listed', () => {
  expect(spentAt([a, b], at(1_899), 900)).toEqual([])
  expect(spentAt([a, b], at(1_900), 900)).toEqual(['a'])
})

test('whatever the keys: every token signed within its life can be checked', () => {
  const keys = fc.uniqueArray(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(keys, fc.nat(12_000), fc.nat(899), (activations, signedAt, later) => {
      const all = activations.map((seconds) => key(`k${seconds}`, seconds))
      const [signer] = kids(all, signedAt)
      return kids(all, signedAt + later).includes(signer!)
    }),
  )
})

test('a new key is listed for the cache time and two polls before it signs', () => {
  expect(leadSecondsFor({ JWKS_CACHE_S: 3_600, KEY_POLL_S: 30 })).toBe(3_660)
})
