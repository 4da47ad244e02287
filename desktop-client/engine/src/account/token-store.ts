import type { Home } from './home.ts'
import { createTokenFiles } from './token-file.ts'
import { createTokenKeyring } from './token-keyring.ts'
import type { TokenStore } from './tokens.ts'

/** Prefers the keyring and falls back to the files; whatever lies in the files is the newer, since a save that reaches the keyring clears them. */
export function createFallbackStore(keyring: TokenStore, files: TokenStore): TokenStore {
  const orElse = async <Value>(attempt: Promise<Value>, fallback: Value): Promise<Value> => {
    try {
      return await attempt
    } catch {
      return fallback
    }
  }
  return {
    load: async (server) =>
      (await files.load(server)) ?? (await orElse(keyring.load(server), undefined)),
    save: async (server, tokens) => {
      const kept = await orElse(
        keyring.save(server, tokens).then(() => true),
        false,
      )
      if (kept) await files.remove(server)
      else await files.save(server, tokens)
    },
    remove: async (server) => {
      await files.remove(server)
      await orElse(keyring.remove(server), undefined)
    },
  }
}

/** The store of a home: files alone in a chosen folder, else the keyring with files behind it. */
export const createTokenStore = (home: Home): TokenStore =>
  home.chosen
    ? createTokenFiles(home.folder)
    : createFallbackStore(createTokenKeyring(), createTokenFiles(home.folder))
