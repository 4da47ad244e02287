import type { OpenAI } from 'openai'
import type { KeySource } from '../api-key.ts'

/** The vendor's SDK for calls off the hot path, loaded at the first use. Its own retries are off, and redirects are not followed. */
export const openaiClient = async (
  baseURL: string,
  key: KeySource,
  timeout: number,
): Promise<OpenAI> => {
  const { OpenAI: Client } = await import('openai')
  return new Client({
    baseURL,
    apiKey: (await key()) ?? 'none',
    maxRetries: 0,
    timeout,
    fetchOptions: { redirect: 'manual' },
    // Without these the SDK reads variables of the process.
    organization: null,
    project: null,
    logLevel: 'off',
  })
}
