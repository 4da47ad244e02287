import { createHash } from 'node:crypto'
import type { Log } from '@codelab/runtime/log'
import type { KubeClient } from './client.ts'
import type { KubeObject } from './object.ts'
import { resources } from './resources.ts'
import type { Writes } from './writes.ts'

/** An object that an event is about. */
export type Regarding = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string }
}

export type EventText = {
  readonly type: 'Normal' | 'Warning'
  /** One word in CamelCase. */
  readonly reason: string
  readonly note: string
}

type EventObject = KubeObject & {
  readonly series?: { readonly count: number; readonly lastObservedTime: string }
}

type Deps = {
  readonly reads: Pick<KubeClient, 'get'>
  readonly writes: Pick<Writes, 'create' | 'patch'>
  /** Of this process: the pod's name. */
  readonly instance: string
  readonly controller: string
  readonly log: Log
  readonly wall: () => Date
}

export type Events = ReturnType<typeof createEvents>

/** Kubernetes' limit, in bytes. */
const longestNote = 1_024

/** A character that does not fit whole is left out. */
const cut = (note: string): string =>
  new TextDecoder().decode(Buffer.from(note).subarray(0, longestNote), { stream: true })

const microTime = (date: Date): string => date.toISOString().replace('Z', '000Z')

/** Records events. The same text about the same object is one event that is counted, across restarts too; Kubernetes drops it an hour after the last. */
export function createEvents({ reads, writes, instance, controller, log, wall }: Deps) {
  const repeat = async (key: { namespace: string; name: string }, signal: AbortSignal) => {
    const known = await reads.get<EventObject>(resources.events, key, { signal })
    if (!known) return
    const series = {
      count: (known.series?.count ?? 1) + 1,
      lastObservedTime: microTime(wall()),
    }
    await writes.patch(resources.events, key, { patch: { series }, signal })
  }

  return {
    /** Says it, as well as it goes: an event that cannot be written is logged and changes nothing else. */
    async record(
      { apiVersion, kind, metadata }: Regarding,
      { type, reason, note }: EventText,
      signal: AbortSignal,
    ): Promise<void> {
      const { name, namespace, uid } = metadata
      const text = cut(note)
      const digest = createHash('sha256').update(`${uid} ${type} ${reason} ${text}`).digest('hex')
      const key = { namespace, name: `${name}.${digest.slice(0, 16)}` }
      try {
        const { outcome } = await writes.create(
          {
            apiVersion: resources.events.apiVersion,
            kind: resources.events.kind,
            metadata: key,
            eventTime: microTime(wall()),
            reportingController: controller,
            reportingInstance: instance,
            action: 'Reconcile',
            regarding: { apiVersion, kind, name, namespace, uid },
            type,
            reason,
            note: text,
          },
          { signal },
        )
        if (outcome === 'exists') await repeat(key, signal)
      } catch (error) {
        log.warn({ err: error, namespace, name, reason }, 'event not recorded')
      }
    },
  }
}
