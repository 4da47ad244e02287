import { homeOf } from '@codelab/engine/account/home'
import { parseTokens } from '@codelab/engine/account/token-file'
import { createFallbackStore } from '@codelab/engine/account/token-store'
import {
  isFresh,
  type SavedTokens,
  savedTokens,
  type TokenStore,
} from '@codelab/engine/account/tokens'

const reply = { access_token: 'a', refresh_token: 'r', expires_in: 900 }

describe('saved tokens', () => {
  test('count their life on this machine, whatever the server believes the time is', () => {
    expect(savedTokens(reply, 5_000)).toEqual({
      access_token: 'a',
      refresh_token: 'r',
      received_at: 5_000,
      expires_at: 905_000,
    })
  })

  test('keep the refresh token that a refresh does not replace', () => {
    const before = savedTokens({ ...reply, username: 'ada' }, 0)
    const after = savedTokens({ access_token: 'b', expires_in: 900 }, 1, before)
    expect(after).toMatchObject({ access_token: 'b', refresh_token: 'r', username: 'ada' })
  })

  test.each([
    ['a new token', 900, 0, true],
    ['one a minute before its end', 900, 841_000, false],
    ['a short-lived one at once', 10, 0, true],
    ['a short-lived one in its last fifth', 10, 8_001, false],
    ['one that has ended', 10, 11_000, false],
    ['one from the future: the clock was set back', 900, -1, false],
  ])('%s', (_, expires_in, now, fresh) => {
    expect(isFresh(savedTokens({ ...reply, expires_in }, 0), now)).toBe(fresh)
  })

  test.each(['', 'not json', '{}', '{"access_token":1}', 'null'])(
    'a damaged store (%s) holds none',
    (text) => {
      expect(parseTokens(text)).toBeUndefined()
    },
  )
})

const memory = (): TokenStore & { broken: boolean; map: Map<string, SavedTokens> } => {
  const map = new Map<string, SavedTokens>()
  const store = {
    map,
    broken: false,
    load: async (server: string) => (store.check(), map.get(server)),
    save: async (server: string, tokens: SavedTokens) => (
      store.check(),
      void map.set(server, tokens)
    ),
    remove: async (server: string) => (store.check(), void map.delete(server)),
    check: () => {
      if (store.broken) throw new Error('no keyring here')
    },
  }
  return store
}

describe('keyring with files behind it', () => {
  const tokens = savedTokens(reply, 0)
  const newer = savedTokens({ ...reply, access_token: 'newer' }, 1)

  test('the keyring alone holds them where there is one', async () => {
    const [keyring, files] = [memory(), memory()]
    const store = createFallbackStore(keyring, files)
    await store.save('s', tokens)
    expect([keyring.map.size, files.map.size]).toEqual([1, 0])
    expect(await store.load('s')).toEqual(tokens)
  })

  test('a keyring that stops working gives way to files, and takes over again', async () => {
    const [keyring, files] = [memory(), memory()]
    const store = createFallbackStore(keyring, files)
    await store.save('s', tokens)
    keyring.broken = true
    await store.save('s', newer)
    expect(await store.load('s')).toEqual(newer)
    keyring.broken = false
    expect(await store.load('s')).toEqual(newer)
    await store.save('s', newer)
    expect(files.map.size).toBe(0)
  })

  test('removing leaves none in either', async () => {
    const [keyring, files] = [memory(), memory()]
    const store = createFallbackStore(keyring, files)
    await keyring.save('s', tokens)
    await files.save('s', tokens)
    await store.remove('s')
    expect(await store.load('s')).toBeUndefined()
  })
})

describe('home', () => {
  test.each([
    [{ CODELAB_HOME: '/h', XDG_CONFIG_HOME: '/x' }, '/h', true],
    [{ XDG_CONFIG_HOME: '/x', HOME: '/u' }, '/x/codelab', false],
    [{ HOME: '/u' }, '/u/.config/codelab', false],
  ])('%j', (env, folder, chosen) => {
    expect(homeOf(env)).toEqual({ folder, chosen })
  })
})
