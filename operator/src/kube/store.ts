import { keyOf, keyText, type KubeObject } from './object.ts'

/** What became of an object. A handler gets the key to work on; nothing here is queued. */
export type Change<Stored> = {
  /** `namespace/name` */
  readonly key: string
  /** `initial`: the first list; `resync`: nothing is new. */
  readonly why: 'initial' | 'news' | 'resync'
} & (
  | { readonly kind: 'set'; readonly value: Stored; readonly before: Stored | undefined }
  /** Not `witnessed`: it was missing at the next look, and `last` is as it was known before. */
  | { readonly kind: 'gone'; readonly last: Stored; readonly witnessed: boolean }
)

type Entry<Stored> = {
  readonly uid: string | undefined
  readonly version: string | undefined
  readonly value: Stored
}

type Deps<Stored> = {
  /** What is kept of an object: only what is needed. */
  readonly project: (object: KubeObject) => Stored
  readonly tell: (change: Change<Stored>) => void
}

export type Store<Stored> = ReturnType<typeof createStore<Stored>>

/** The objects that a reflector knows, by `namespace/name`. Tells each difference once. */
export function createStore<Stored>({ project, tell }: Deps<Stored>) {
  let entries = new Map<string, Entry<Stored>>()

  const entryOf = (object: KubeObject): Entry<Stored> => ({
    uid: object.metadata.uid,
    version: object.metadata.resourceVersion,
    value: project(object),
  })

  const compare = (
    key: string,
    before: Entry<Stored> | undefined,
    { now, why }: { now: Entry<Stored>; why: 'initial' | 'news' },
  ) => {
    const replaced = before !== undefined && before.uid !== now.uid
    if (replaced) tell({ key, why, kind: 'gone', last: before.value, witnessed: false })
    if (replaced || before?.version !== now.version)
      tell({
        key,
        why,
        kind: 'set',
        value: now.value,
        before: replaced ? undefined : before?.value,
      })
  }

  return {
    get: (key: string): Stored | undefined => entries.get(key)?.value,
    values: function* (): Generator<Stored> {
      for (const { value } of entries.values()) yield value
    },
    get size(): number {
      return entries.size
    },
    /** Takes in a new state of an object; one that is known is not told again. */
    put(object: KubeObject): void {
      const key = keyText(keyOf(object))
      const before = entries.get(key)
      if (before?.version !== undefined && before.version === object.metadata.resourceVersion)
        return
      const now = entryOf(object)
      entries.set(key, now)
      compare(key, before, { now, why: 'news' })
    },
    /** Takes an object out, with its last state. */
    remove(object: KubeObject): void {
      const key = keyText(keyOf(object))
      const before = entries.get(key)
      if (!before || before.uid !== object.metadata.uid) return
      entries.delete(key)
      tell({ key, why: 'news', kind: 'gone', last: project(object), witnessed: true })
    },
    /** Collects a whole list page by page; `done` puts it in the place of all that was known. */
    replacement() {
      const fresh = new Map<string, Entry<Stored>>()
      return {
        add(object: KubeObject): void {
          fresh.set(keyText(keyOf(object)), entryOf(object))
        },
        done(why: 'initial' | 'news'): void {
          const old = entries
          entries = fresh
          for (const [key, entry] of old)
            if (!fresh.has(key))
              tell({ key, why, kind: 'gone', last: entry.value, witnessed: false })
          for (const [key, now] of fresh) compare(key, old.get(key), { now, why })
        },
      }
    },
    /** Tells of everything again, for whatever was missed or done wrong by those who listen. */
    resync(): void {
      for (const [key, { value }] of entries)
        tell({ key, why: 'resync', kind: 'set', value, before: value })
    },
  }
}
