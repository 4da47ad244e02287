import { addressTest, sourceOf } from '@codelab/auth/routes/caller'

const trusted = addressTest(['10.0.0.0/8', '127.0.0.1', 'fd00::/8'])

test.each([
  ['nobody is trusted: the peer', '203.0.113.1', '1.1.1.1', '203.0.113.1'],
  ['a trusted peer without the header', '10.0.0.1', '', '10.0.0.1'],
  ['a trusted peer: the last hop', '10.0.0.1', '1.1.1.1', '1.1.1.1'],
  ['what a client wrote before is not read', '10.0.0.1', '6.6.6.6, 1.1.1.1', '1.1.1.1'],
  [
    'several trusted hops are walked back',
    '10.0.0.1',
    '6.6.6.6, 1.1.1.1, 10.0.0.9, 10.0.0.8',
    '1.1.1.1',
  ],
  ['a chain of trusted ones only', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['nonsense stops the walk', '10.0.0.1', '1.1.1.1, unknown', '10.0.0.1'],
  ['IPv4 in IPv6 is IPv4', '::ffff:10.0.0.1', '::ffff:1.1.1.1', '1.1.1.1'],
  ['IPv6', 'fd00::1', '2001:db8::1', '2001:db8::1'],
])('%s', (_what, peer, header, source) => {
  expect(sourceOf(peer, header, trusted)).toBe(source)
})

test.each(['nonsense', '10.0.0.0/33', '10.0.0.0/x', '10.0.0/8', '::1/129', '10.0.0.0/-1'])(
  '%s is no proxy',
  (entry) => {
    expect(() => addressTest([entry])).toThrow(/TRUSTED_PROXIES/)
  },
)
