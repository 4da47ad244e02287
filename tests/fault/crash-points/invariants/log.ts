import { isDeepStrictEqual } from 'node:util'
import { framesOfLog } from '../history.ts'
import { repeated, type Invariant } from './invariant.ts'

export const logIsGapFree: Invariant = {
  says: 'The log holds every number from 1 to the session’s last exactly once.',
  broken({ log, head }) {
    const seqs = framesOfLog(log).map(({ seq }) => seq)
    const wrong = seqs.findIndex((seq, at) => seq !== at + 1)
    return [
      ...(wrong < 0 ? [] : [`at place ${wrong + 1} of the log stands ${seqs[wrong]}`]),
      ...(seqs.length === head.last_seq
        ? []
        : [`the log has ${seqs.length} frames, its session counts ${head.last_seq}`]),
    ]
  },
}

export const clientSawTheLog: Invariant = {
  says: 'What the client was sent, over all its connections, is the log: each frame once, in order, as it is stored; in the end all of it.',
  broken({ log, ledger, settled }) {
    const stored = framesOfLog(log)
    const { frames } = ledger
    const wrong = frames.findIndex((frame, at) => !isDeepStrictEqual(frame, stored[at]))
    if (wrong >= 0) {
      return [
        `frame ${wrong + 1}: the client saw ${JSON.stringify(frames[wrong])}, stored is ${JSON.stringify(stored[wrong])}`,
      ]
    }
    return !settled || frames.length === stored.length
      ? []
      : [`the client saw ${frames.length} of ${stored.length} frames`]
  },
}

export const acknowledgedMessagesAreKept: Invariant = {
  says: 'Every acknowledged message stands in the log once, at the acknowledged place, with its text, and has one turn.',
  broken({ log, ledger, turns }) {
    const echoes = framesOfLog(log).filter((frame) => frame.type === 'user_message')
    return ledger.messages.flatMap(({ id, content, seq }) => {
      const found = echoes.filter((echo) => echo.id === id)
      const count = turns.filter(({ message_id }) => message_id === id).length
      return [
        ...(found.length === 1 ? [] : [`message ${id} stands in the log ${found.length} times`]),
        ...(found[0] && (found[0].seq !== seq || found[0].content !== content)
          ? [`message ${id} was acknowledged as ${seq}, stored is ${JSON.stringify(found[0])}`]
          : []),
        ...(count === 1 ? [] : [`message ${id} has ${count} turns`]),
      ]
    })
  },
}

export const textIsSaidOnce: Invariant = {
  says: 'A shown text ends once: with its final frame, which holds exactly the pieces shown and is stored as that message, or taken back; never both.',
  broken({ log, messages }) {
    const frames = framesOfLog(log)
    const texts = frames.filter((frame) => frame.type === 'assistant_message')
    const discarded = frames.filter((frame) => frame.type === 'message_discarded')
    const ends = [...texts.filter(({ is_final }) => is_final), ...discarded]
    const twice = repeated(ends.map(({ message_id }) => message_id))
    const finals = texts.filter(({ is_final }) => is_final)
    return [
      ...twice.map((id) => `the text of ${id} ends twice`),
      ...finals.flatMap(({ message_id, content }) => {
        const pieces = texts.filter((text) => text.message_id === message_id && !text.is_final)
        const shown = pieces.map(({ token }) => token).join('')
        const stored = messages.filter(({ id }) => id === message_id)
        return [
          ...(shown === content ? [] : [`${message_id}: shown “${shown}”, final “${content}”`]),
          ...(stored.length === 1 && stored[0]!.content === content
            ? []
            : [`${message_id}: final “${content}”, stored ${JSON.stringify(stored)}`]),
        ]
      }),
    ]
  },
}
