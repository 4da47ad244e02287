import type { Ollama } from 'ollama'
import { type KeySource, bearer } from '../api-key.ts'

/** The vendor's SDK for one call, loaded at the first use. Redirects are not followed, and the call ends with its signal. */
export const ollamaClient = async (
  host: string,
  key: KeySource,
  signal: AbortSignal,
): Promise<Ollama> => {
  const { Ollama: Client } = await import('ollama')
  const headers = bearer(await key())
  return new Client({
    host,
    fetch: (input, init) => fetch(input, { ...init, redirect: 'manual', signal }),
    headers,
  })
}
