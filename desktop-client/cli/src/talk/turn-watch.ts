import type { ServerFrame } from '@codelab/contracts/frames'

export type TurnEnd = {
  readonly state: 'finished' | 'cancelled' | 'failed'
  /** A model answered; false when the server said in its place that none could. */
  readonly answered: boolean
}

/** Waits for the end of the turn that a message causes. */
export type TurnWatch = {
  note(frame: ServerFrame): void
  readonly end: Promise<TurnEnd>
}

/** A turn that was running when the message came ends first: only one that starts after the message's echo counts. */
export function createTurnWatch(messageId: string): TurnWatch {
  const end = Promise.withResolvers<TurnEnd>()
  let echoed = false
  let turn: string | undefined
  let answered = true
  return {
    end: end.promise,
    note: (frame) => {
      if (frame.type === 'user_message' && frame.id === messageId) echoed = true
      if (!echoed) return
      if (frame.type === 'assistant_message' && frame.finish_reason === 'unavailable') {
        answered = false
      }
      if (frame.type !== 'turn') return
      if (frame.state === 'started') turn ??= frame.turn_id
      else if (frame.turn_id === turn) end.resolve({ state: frame.state, answered })
    },
  }
}
