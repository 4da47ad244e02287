import {
  engineEnded,
  eventsPath,
  slowPage,
  type EngineEvent,
} from '@codelab/contracts/engine-ui/events'

export type EventsState = 'connecting' | 'open' | 'lost' | 'ended'

type Options = {
  /** The number of the last event that the page's picture holds. */
  readonly after: number
  /** In order; a `hello` with `reset` means that the picture must be read again. */
  readonly onEvents: (events: readonly EngineEvent[]) => void
  readonly onState: (state: EventsState) => void
}

const longestPauseMs = 3_000
const pauseMs = (attempt: number) => Math.min(longestPauseMs, 100 * 2 ** attempt)

const addressAfter = (cursor: number): string => {
  const address = new URL(eventsPath, location.href)
  address.protocol = 'ws:'
  address.searchParams.set('after', String(cursor))
  return address.href
}

/** Listens to the engine's events for as long as the page lives, coming back with the cursor after a break. The answer ends it. */
export function listenToEvents({ after, onEvents, onState }: Options): () => void {
  let cursor = after
  let attempt = 0
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let over = false

  const connect = () => {
    onState('connecting')
    socket = new WebSocket(addressAfter(cursor))
    socket.addEventListener('message', ({ data }) => {
      const events = JSON.parse(String(data)) as EngineEvent[]
      const last = events.at(-1)
      if (!last) return
      attempt = 0
      cursor = last.n
      onState('open')
      onEvents(events)
    })
    socket.addEventListener('close', ({ code }) => {
      if (over) return
      if (code === engineEnded) {
        over = true
        return onState('ended')
      }
      onState('lost')
      timer = setTimeout(connect, code === slowPage ? 0 : pauseMs(attempt))
      attempt += 1
    })
  }
  connect()
  return () => {
    over = true
    clearTimeout(timer)
    socket?.close()
  }
}
