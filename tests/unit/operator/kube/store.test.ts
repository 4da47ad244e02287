import type { KubeObject } from '@codelab/operator/kube/object'
import { type Change, createStore } from '@codelab/operator/kube/store'

const object = (name: string, version: number, uid = `uid-${name}`): KubeObject => ({
  metadata: { name, namespace: 'n', uid, resourceVersion: String(version) },
})

function setUp() {
  const told: Change<string>[] = []
  const store = createStore<string>({
    project: ({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`,
    tell: (change) => void told.push(change),
  })
  const list = (why: 'initial' | 'news', ...objects: KubeObject[]) => {
    const replacement = store.replacement()
    for (const one of objects) replacement.add(one)
    replacement.done(why)
  }
  return { store, told, list }
}

test('a state is told once, with the one before; only the projection is kept', () => {
  const { store, told } = setUp()
  store.put(object('a', 1))
  store.put(object('a', 1))
  store.put(object('a', 2))
  expect(told).toEqual([
    { key: 'n/a', why: 'news', kind: 'set', value: 'a@1', before: undefined },
    { key: 'n/a', why: 'news', kind: 'set', value: 'a@2', before: 'a@1' },
  ])
  expect(store.get('n/a')).toBe('a@2')
})

test('a delete is told once, with the last state', () => {
  const { store, told } = setUp()
  store.put(object('a', 1))
  store.remove(object('a', 5))
  store.remove(object('a', 5))
  expect(told.slice(1)).toEqual([
    { key: 'n/a', why: 'news', kind: 'gone', last: 'a@5', witnessed: true },
  ])
  expect(store.size).toBe(0)
})

test('a list tells differences only: what vanished, what is new, what changed', () => {
  const { store, told, list } = setUp()
  list('initial', object('a', 1), object('b', 1), object('c', 1))
  told.length = 0
  list('news', object('b', 1), object('c', 4), object('d', 5))
  expect(told).toEqual([
    { key: 'n/a', why: 'news', kind: 'gone', last: 'a@1', witnessed: false },
    { key: 'n/c', why: 'news', kind: 'set', value: 'c@4', before: 'c@1' },
    { key: 'n/d', why: 'news', kind: 'set', value: 'd@5', before: undefined },
  ])
  expect([...store.values()]).toEqual(['b@1', 'c@4', 'd@5'])
})

test('another object of the same name is a delete that nobody saw, and a new one', () => {
  for (const by of ['list', 'watch'] as const) {
    const { store, told, list } = setUp()
    list('initial', object('a', 1, 'first'))
    told.length = 0
    if (by === 'list') list('news', object('a', 7, 'second'))
    else store.put(object('a', 7, 'second'))
    expect(told).toEqual([
      { key: 'n/a', why: 'news', kind: 'gone', last: 'a@1', witnessed: false },
      { key: 'n/a', why: 'news', kind: 'set', value: 'a@7', before: undefined },
    ])
    store.remove(object('a', 6, 'first'))
    expect(store.get('n/a')).toBe('a@7')
  }
})
