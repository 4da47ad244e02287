import { cosine, type PackedVector } from './vector.ts'

/** Collects the nearest of many vectors, however many are shown to it. */
export type Nearest<Item> = {
  add(item: Item, vector: PackedVector): void
  /** Nearest first; of equally near ones those that came first. */
  found(): { item: Item; score: number }[]
}

/** Keeps the `limit` vectors nearest to the query. One of another length was made by another model: it compares with nothing. */
export function createNearest<Item>(query: PackedVector, limit: number): Nearest<Item> {
  const kept: { item: Item; score: number }[] = []
  return {
    add(item, vector) {
      if (vector.length !== query.length) return
      const score = cosine(query, vector)
      const worst = kept.at(-1)
      if (kept.length >= limit && worst && score <= worst.score) return
      const place = kept.findIndex((other) => other.score < score)
      kept.splice(place < 0 ? kept.length : place, 0, { item, score })
      if (kept.length > limit) kept.pop()
    },
    found: () => [...kept],
  }
}
