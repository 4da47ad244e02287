/** OpenAI's convention: the base URL includes `/v1`. One without any path gets it; one with its own path is taken as it is. */
export const openaiBase = (baseURL: string): string => {
  const url = withoutSlash(baseURL)
  return new URL(url).pathname === '/' ? `${url}/v1` : url
}

/** Anthropic's and Ollama's convention: the base URL has no `/v1` (or `/api`); one that has it loses it. */
export const bareBase = (baseURL: string): string =>
  withoutSlash(baseURL).replace(/\/(?:v1|api)$/, '')

/** An address that may be shown: no user, no password, no query. */
export const shownBase = (baseURL: string): string => {
  const { origin, pathname } = new URL(baseURL)
  return withoutSlash(origin + pathname)
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '')
