import { readFile } from 'node:fs/promises'

/** Gives the key to use now; undefined when the provider needs none. */
export type KeySource = () => Promise<string | undefined>

/** A key as OpenAI's and Ollama's servers want it; no key, no header. */
export const bearer = (apiKey: string | undefined): Record<string, string> =>
  apiKey ? { authorization: `Bearer ${apiKey}` } : {}

/**
 * A key given as text, or kept in a file that may change at any time (a mounted Secret is swapped by its symlink).
 * The file is read again at most once a second; while it cannot be read the last key stays in use.
 */
export const createKeySource = (
  { apiKey, apiKeyFile }: { apiKey?: string | undefined; apiKeyFile?: string | undefined },
  { now, onUnreadable }: { now: () => number; onUnreadable: (error: unknown) => void },
): KeySource => {
  if (!apiKeyFile) return () => Promise.resolve(apiKey)
  let last: string | undefined
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<string | undefined> = Promise.resolve(undefined)

  const read = async (): Promise<string | undefined> => {
    try {
      last = (await readFile(apiKeyFile, 'utf8')).trim()
    } catch (error) {
      onUnreadable(error)
    }
    return last
  }

  return () => {
    if (now() - readAt >= 1000) {
      readAt = now()
      reading = read()
    }
    return reading
  }
}
