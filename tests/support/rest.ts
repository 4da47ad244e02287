export type Answer = {
  readonly status: number
  /** Parsed JSON; the text where it is none. */
  readonly body: unknown
  readonly headers: Headers
}

type Sent = {
  readonly headers?: Record<string, string>
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is, as JSON unless the headers say otherwise. */
  readonly raw?: string | Uint8Array<ArrayBuffer>
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** An HTTP client of one address with headers of its own. */
export const restClient =
  (base: string, own: Record<string, string> = {}) =>
  async (method: string, path: string, { headers, json, raw }: Sent = {}): Promise<Answer> => {
    const body = raw ?? (json === undefined ? undefined : JSON.stringify(json))
    const response = await fetch(base + path, {
      method: method.toUpperCase(),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...own,
        ...headers,
      },
      ...(body !== undefined && { body }),
      redirect: 'manual',
    })
    return {
      status: response.status,
      body: parsed(await response.text()),
      headers: response.headers,
    }
  }
export type RestClient = ReturnType<typeof restClient>

/** The header of a person's or a service's token. */
export const bearer = (token: string): Record<string, string> => ({
  authorization: `Bearer ${token}`,
})
