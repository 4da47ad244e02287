import { Pool } from 'undici'

type Request = {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** A test that failed must not load the machine under the others. */
const mostMs = 60_000

/** Callers that keep their connections, as our own services do, and ask one request after the other, for a minute at most. */
export function keepAsking(url: string, request: Request, callers = 16) {
  const pool = new Pool(url, {
    connections: callers,
    keepAliveTimeout: 60_000,
    headersTimeout: 20_000,
  })
  let answered = 0
  let stopped = false
  const cut: string[] = []
  const bodies: string[] = []

  const ask = async () => {
    try {
      const { statusCode, body } = await pool.request({ method: 'GET', ...request })
      const text = await body.text()
      if (statusCode !== 200) cut.push(`${statusCode} ${text}`)
      answered += 1
      bodies.push(text)
    } catch (error) {
      cut.push(error instanceof Error ? error.message : 'for no reason')
    }
  }
  const end = performance.now() + mostMs
  const caller = async () => {
    while (!stopped && performance.now() < end) await ask()
  }
  const all = Array.from({ length: callers }, caller)
  return {
    answered: () => answered,
    bodies,
    /** Lets the last requests end; resolves with those that were cut or not answered as they should. */
    async stop() {
      stopped = true
      await Promise.all(all)
      await pool.close()
      return cut
    },
  }
}
