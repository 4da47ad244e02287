import type { AsyncEntry } from '@napi-rs/keyring'
import { parseTokens } from './token-file.ts'
import type { TokenStore } from './tokens.ts'

const service = 'codelab'
const patienceMs = 10_000

/**
 * Tokens in the system's keyring. Every method rejects where there is none: the caller falls back to files.
 * On Linux only the Secret Service counts, because the kernel's own keyring forgets at the next boot.
 */
export function createTokenKeyring(): TokenStore {
  const entry = async (server: string): Promise<AsyncEntry> => {
    const keyring = await import('@napi-rs/keyring')
    return new keyring.AsyncEntry(service, server, { linux: { store: 'secret-service' } })
  }
  const patience = () => AbortSignal.timeout(patienceMs)
  return {
    load: async (server) => parseTokens(await (await entry(server)).getPassword(patience())),
    save: async (server, tokens) =>
      await (await entry(server)).setPassword(JSON.stringify(tokens), patience()),
    remove: async (server) => {
      await (await entry(server)).deleteCredential(patience())
    },
  }
}
