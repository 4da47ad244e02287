import type { Clock } from '../clock.ts'
import type { Change } from '../kube/store.ts'
import { childKey } from '../workspace/observed.ts'
import { createGrouped } from './grouped.ts'
import type { KnownObject } from './known-object.ts'

export type Children = ReturnType<typeof createChildren>

/** A watch tells of a write within milliseconds; what it has not confirmed by then was undone unseen. */
export const confirmedWithinMs = 10_000

const idOf = ({ kind, name }: KnownObject): string => childKey(kind, name)

/** `namespace/name` of the workspace whose label an object carries; undefined without one. */
export function workspaceKeyOf({ namespace, meta }: KnownObject): string | undefined {
  const instance = meta.labels?.['app.kubernetes.io/instance']
  return instance === undefined ? undefined : `${namespace}/${instance}`
}

/** Versions are counted for the whole cluster, so this holds for another object of the same name too. */
const isOlder = (one: KnownObject, other: KnownObject): boolean =>
  Number(one.version) < Number(other.version)

/**
 * Every object that carries the label of a workspace, by workspace: as the watches tell it and, until they do, as the answers to
 * our own writes told it, so that the next pass does not write the same again.
 */
export function createChildren({ clock }: { clock: Clock }) {
  const watched = createGrouped<KnownObject>()
  const learned = createGrouped<{ readonly object: KnownObject; readonly until: number }>()

  const confirm = (workspace: string, seen: KnownObject) => {
    const known = learned.of(workspace)?.get(idOf(seen))
    if (known && !isOlder(seen, known.object)) learned.take(workspace, idOf(seen))
  }

  const lose = (object: KnownObject, gone: boolean) => {
    const workspace = workspaceKeyOf(object)
    if (workspace === undefined) return
    watched.take(workspace, idOf(object))
    const known = learned.of(workspace)?.get(idOf(object))?.object
    if (gone && known && (known.uid === object.uid || !isOlder(object, known)))
      learned.take(workspace, idOf(object))
  }

  return {
    /** Takes in what a watch tells. */
    saw(change: Change<KnownObject>): void {
      if (change.kind === 'gone') return lose(change.last, true)
      if (change.before) lose(change.before, false)
      const workspace = workspaceKeyOf(change.value)
      if (workspace === undefined) return
      watched.put(workspace, idOf(change.value), change.value)
      confirm(workspace, change.value)
    },
    /** Takes in the answer to a write or a look-up, for the moment. */
    learn(workspace: string, object: KnownObject): void {
      const seen = watched.of(workspace)?.get(idOf(object))
      if (seen && !isOlder(seen, object)) return
      learned.put(workspace, idOf(object), { object, until: clock.now() + confirmedWithinMs })
    },
    /** By `<Kind>/<name>`. */
    of(workspace: string): Map<string, KnownObject> {
      const children = new Map(watched.of(workspace))
      for (const [id, { object, until }] of [...(learned.of(workspace) ?? [])]) {
        if (until <= clock.now()) learned.take(workspace, id)
        else children.set(id, object)
      }
      return children
    },
    /** Until when answers are believed that no watch has confirmed, by the clock; undefined: all are confirmed. */
    unconfirmedUntil(workspace: string): number | undefined {
      const times = Array.from(learned.of(workspace)?.values() ?? [], ({ until }) => until)
      return times.length > 0 ? Math.max(...times) : undefined
    },
  }
}
