import { networkOf } from '@codelab/auth/guard/network'
import { createOncePer } from '@codelab/auth/guard/once-per'

test.each([
  ['10.1.2.3', '10.1.2.3'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:0db8:0000::0001', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::', 'fe80:0:0:0::/64'],
])('%s belongs to %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

test('a key passes once in the time, and again after it', () => {
  let now = 0
  const pass = createOncePer(1_000, () => now)
  expect([pass('a'), pass('a'), pass('b')]).toEqual([true, false, true])
  now = 1_000
  expect(pass('a')).toBe(true)
})

test('what is remembered is bounded: the oldest key goes first', () => {
  const pass = createOncePer(1_000, () => 0)
  for (let index = 0; index <= 10_000; index += 1) pass(`key ${index}`)
  expect([pass('key 10000'), pass('key 0')]).toEqual([false, true])
})
