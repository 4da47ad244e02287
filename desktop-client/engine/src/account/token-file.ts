import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readOptional, writePrivateFile } from './private-file.ts'
import { SavedTokens, type TokenStore } from './tokens.ts'

/** A file name for a server: readable enough for nobody, the same on every file system. */
export const nameOfServer = (server: string): string =>
  createHash('sha256').update(server).digest('hex').slice(0, 32)

/** Reads tokens from text; anything that is not tokens counts as none, so that a damaged store asks for a new sign-in. */
export function parseTokens(text: string | undefined | null): SavedTokens | undefined {
  if (!text) return undefined
  try {
    return SavedTokens.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Tokens in files of mode 0600, one per server. */
export function createTokenFiles(folder: string): TokenStore {
  const pathOf = (server: string) => join(folder, 'tokens', `${nameOfServer(server)}.json`)
  return {
    load: async (server) => parseTokens(await readOptional(pathOf(server))),
    save: (server, tokens) => writePrivateFile(pathOf(server), JSON.stringify(tokens)),
    remove: (server) => rm(pathOf(server), { force: true }),
  }
}
