import type { Figure } from './bench.ts'

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
