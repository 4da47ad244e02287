import { createLog } from '@codelab/runtime/log'
import { openKeyRing, type KeyStore } from '@codelab/auth/keys/key-ring'
import type { SigningKey } from '@codelab/auth/keys/ring'

const at = (seconds: number) => new Date(seconds * 1_000)
const key = (kid: string, activates: number): SigningKey => ({
  kid,
  createdAt: at(0),
  activatesAt: at(activates),
  jwk: {},
})

async function open({
  keys,
  databaseSeconds = 0,
}: {
  keys: SigningKey[]
  databaseSeconds?: number
}) {
  const state = { keys, now: 0, databaseSeconds, broken: false, removed: [] as string[] }
  const store: KeyStore = {
    load: async () => {
      if (state.broken) throw new Error('away')
      return { keys: state.keys, now: at(state.databaseSeconds) }
    },
    add: async () => false,
    remove: async (kids) => void state.removed.push(...kids),
  }
  const ring = await openKeyRing({
    store,
    now: () => state.now * 1_000,
    overlapSeconds: 900,
    leadSeconds: 100,
    rotationSeconds: 1_000,
    pollSeconds: 3_600,
    log: createLog({ service: 'test', level: 'silent' }),
    onRotated: async () => undefined,
  })
  ring.stop()
  return { state, ring, kids: () => ring.current().keys.map(({ kid }) => kid) }
}

test('changes at the moment that the keys say, without asking again', async () => {
  const { state, kids } = await open({ keys: [key('a', 0), key('b', 50)] })
  expect(kids()).toEqual(['a', 'b'])
  state.now = 50
  expect(kids()).toEqual(['b', 'a'])
  state.now = 950
  expect(kids()).toEqual(['b'])
})

test('goes by the database’s clock, not by this machine’s', async () => {
  const { kids } = await open({ keys: [key('a', 0), key('b', 50)], databaseSeconds: 60 })
  expect(kids()).toEqual(['b', 'a'])
})

test('keeps what it has when the database is away', async () => {
  const { state, ring, kids } = await open({ keys: [key('a', 0)] })
  state.broken = true
  await expect(ring.refresh()).rejects.toThrow('away')
  expect(kids()).toEqual(['a'])
})

test('removes keys that no token needs', async () => {
  const { state, ring } = await open({ keys: [key('a', 0), key('b', 50)] })
  expect(state.removed).toEqual([])
  state.databaseSeconds = 2_000
  await ring.refresh()
  expect(state.removed).toEqual(['a'])
})
