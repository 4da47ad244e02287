import type { Figure } from './bench.ts'
import type { SignedIn } from './with-platform.ts'

/** How often each session's history is read, and the sign-in refreshed: what clients do when windows open again. */
const readsPerSession = 3
const refreshes = 20

const expectOk = async (response: Response) => {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`)
  return response.json()
}

/** Ordinary use of what is cached, beside the streams. */
export async function useCaches(
  { gateway, token, refreshToken }: SignedIn,
  sessions: readonly string[],
): Promise<void> {
  const headers = { authorization: `Bearer ${token}` }
  for (let read = 0; read < readsPerSession; read += 1) {
    for (const session of sessions)
      await expectOk(await fetch(`${gateway}/api/v1/sessions/${session}/messages`, { headers }))
  }
  let refresh_token = refreshToken
  for (let time = 0; time < refreshes; time += 1) {
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'codelab-desktop',
      refresh_token,
    })
    const tokens = await expectOk(await fetch(`${gateway}/oauth/token`, { method: 'POST', body }))
    refresh_token = (tokens as { refresh_token: string }).refresh_token
  }
}

const line = /^codelab_(\w+?)_cache_lookups_total\{cache="([^"]+)",level="([^"]+)"\} (\d+)$/gm

/** The part of look-ups that memory or Redis answered, for each cache of each service, out of the services' own metrics. */
export async function cacheRates(admin: Readonly<Record<string, string>>): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const url of Object.values(admin)) {
    const text = await (await fetch(`${url}/metrics`)).text()
    const levels = new Map<string, Map<string, number>>()
    for (const [, service, cache, level, count] of text.matchAll(line)) {
      const name = `${service} ${cache}`
      levels.set(name, (levels.get(name) ?? new Map<string, number>()).set(level!, Number(count)))
    }
    for (const [name, of] of levels) {
      const all = [...of.values()].reduce((sum, count) => sum + count, 0)
      const hits = (of.get('memory') ?? 0) + (of.get('redis') ?? 0)
      figures.push({
        name: `cache ${name}: answered without its source, of ${all} look-ups`,
        value: all === 0 ? 0 : (100 * hits) / all,
        unit: '%',
      })
    }
  }
  return figures
}
