import fc from 'fast-check'
import { createFingerprint, createSeal, SealBroken } from '@codelab/auth/keys/seal'

const master = Buffer.alloc(32, 7)
const seal = createSeal(master, 'test')

test('what was sealed opens again', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.string(),
      (text, about) => seal.open(seal.close(text, about), about) === text,
    ),
  )
})

test('the same text is sealed differently each time', () => {
  expect(seal.close('text', 'x').equals(seal.close('text', 'x'))).toBe(false)
})

test.each([
  [
    'another master key',
    () => createSeal(Buffer.alloc(32, 8), 'test').open(seal.close('text', 'x'), 'x'),
  ],
  ['another purpose', () => createSeal(master, 'other').open(seal.close('text', 'x'), 'x')],
  ['another row', () => seal.open(seal.close('text', 'x'), 'y')],
  ['a cut end', () => seal.open(seal.close('text', 'x').subarray(0, -1), 'x')],
  ['nothing', () => seal.open(Buffer.alloc(0), 'x')],
])('%s does not open it', (_what, open) => {
  expect(open).toThrow(SealBroken)
})

test('any changed bit is noticed', () => {
  const sealed = seal.close('some text', 'x')
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const changed = Buffer.from(sealed)
    changed[bit >> 3]! ^= 1 << (bit & 7)
    expect(() => seal.open(changed, 'x')).toThrow(SealBroken)
  }
})

test('a fingerprint depends on value, key and purpose', () => {
  const print = (key: Buffer, purpose: string, value: string) =>
    createFingerprint(key, purpose)(value).toString('hex')
  const prints = [
    print(master, 'a', 'v'),
    print(master, 'a', 'w'),
    print(master, 'b', 'v'),
    print(Buffer.alloc(32, 8), 'a', 'v'),
  ]
  expect(new Set(prints).size).toBe(4)
  expect(print(master, 'a', 'v')).toBe(prints[0])
})
