import { createChildren } from '@codelab/operator/cluster/children'
import type { KnownObject } from '@codelab/operator/cluster/known-object'
import { createFakeClock } from '../../../support/clock.ts'

const acme = 'team/acme'

const service = (
  version: number,
  given: { uid?: string; instance?: string } = {},
): KnownObject => ({
  kind: 'Service',
  name: 'acme-gateway',
  namespace: 'team',
  uid: given.uid ?? 'u1',
  version: String(version),
  meta: {
    name: 'acme-gateway',
    labels: { 'app.kubernetes.io/instance': given.instance ?? 'acme' },
  },
  digest: `digest of ${version}`,
})

function setUp() {
  const clock = createFakeClock()
  const children = createChildren({ clock })
  const key = 'team/acme-gateway'
  return {
    clock,
    children,
    seen: (value: KnownObject, before?: KnownObject) =>
      children.saw({ kind: 'set', key, why: 'news', value, before }),
    gone: (last: KnownObject) =>
      children.saw({ kind: 'gone', key, why: 'news', last, witnessed: true }),
    known: () => children.of(acme).get('Service/acme-gateway'),
  }
}

test('what a watch tells is known by the workspace whose label it carries', () => {
  const { children, seen } = setUp()
  seen(service(1))
  expect([...children.of(acme)]).toEqual([['Service/acme-gateway', service(1)]])
  expect(children.of('team/other').size).toBe(0)
})

test('an answer to a write is known before the watch tells of it', () => {
  const { children, known, seen } = setUp()
  children.learn(acme, service(2))
  expect(known()).toEqual(service(2))
  seen(service(1))
  expect(known()).toEqual(service(2))
})

test('a watch that lags behind a write does not bring the older state back', () => {
  const { children, known, seen } = setUp()
  seen(service(1))
  children.learn(acme, service(5))
  seen(service(3), service(1))
  expect(known()).toEqual(service(5))
  expect(children.unconfirmedUntil(acme)).toBe(10_000)
})

test('a watch that has come as far as the write is believed again', () => {
  const { children, known, seen } = setUp()
  children.learn(acme, service(5))
  seen(service(5))
  expect(children.unconfirmedUntil(acme)).toBeUndefined()
  seen(service(6), service(5))
  expect(known()).toEqual(service(6))
})

test('an answer that is later than its watch event teaches nothing', () => {
  const { children, known, seen } = setUp()
  seen(service(7))
  children.learn(acme, service(5))
  expect(known()).toEqual(service(7))
  expect(children.unconfirmedUntil(acme)).toBeUndefined()
})

test('what no watch has confirmed in ten seconds was undone unseen', async () => {
  const { clock, children, known, seen } = setUp()
  children.learn(acme, service(5))
  await clock.advance(9_999)
  expect(known()).toEqual(service(5))
  await clock.advance(1)
  expect(known()).toBeUndefined()
  expect(children.unconfirmedUntil(acme)).toBeUndefined()
  seen(service(3))
  expect(known()).toEqual(service(3))
})

test('what is gone is forgotten, learned or seen', () => {
  const { children, known, seen, gone } = setUp()
  seen(service(1))
  children.learn(acme, service(2))
  gone(service(3))
  expect(known()).toBeUndefined()
  children.learn(acme, service(4, { uid: 'u2' }))
  gone(service(5, { uid: 'u2' }))
  expect(known()).toBeUndefined()
})

test('an object of which only an old state is known is gone all the same', () => {
  const { children, known, gone } = setUp()
  children.learn(acme, service(4))
  gone(service(2))
  expect(known()).toBeUndefined()
})

test('one made anew under the same name outlives what the watch still tells of the old one', () => {
  const { children, known, seen, gone } = setUp()
  const anew = service(9, { uid: 'u2' })
  seen(service(1))
  children.learn(acme, anew)
  seen(service(3), service(1))
  expect(known()).toEqual(anew)
  gone(service(4))
  expect(known()).toEqual(anew)
})

test('one that somebody else made anew after our write is the one that counts', () => {
  const { children, known, seen } = setUp()
  const theirs = service(9, { uid: 'u2' })
  seen(theirs)
  children.learn(acme, service(5))
  expect(known()).toEqual(theirs)
})

test('an object that loses its label, or changes it, is no longer known by the workspace', () => {
  const { children, known, seen } = setUp()
  seen(service(1))
  seen(service(2, { instance: 'other' }), service(1))
  expect(known()).toBeUndefined()
  expect(children.of('team/other').size).toBe(1)
})

test('the map that is handed out is the caller’s own', () => {
  const { children, known, seen } = setUp()
  seen(service(1))
  children.of(acme).clear()
  expect(known()).toEqual(service(1))
})
