import type { ServerFrame } from '@codelab/contracts/frames'
import { createTurnWatch } from '@codelab/cli/talk/turn-watch'

const turn = (turn_id: string, state: string) =>
  ({ type: 'turn', seq: 1, turn_id, state }) as ServerFrame
const echo: ServerFrame = { type: 'user_message', seq: 1, id: 'mine', content: 'x' }
const unavailable: ServerFrame = {
  type: 'assistant_message',
  seq: 1,
  message_id: 'm',
  token: '',
  is_final: true,
  finish_reason: 'unavailable',
}

describe('the end of a turn', () => {
  test("is that of the message's own turn, not of one that was running", async () => {
    const watch = createTurnWatch('mine')
    let ended = false
    void watch.end.then(() => (ended = true))
    for (const frame of [turn('old', 'started'), echo, turn('old', 'finished')]) watch.note(frame)
    await new Promise(setImmediate)
    expect(ended).toBe(false)
    watch.note(turn('new', 'started'))
    watch.note(turn('new', 'failed'))
    expect(await watch.end).toEqual({ state: 'failed', answered: true })
  })

  test('tells when no model answered', async () => {
    const watch = createTurnWatch('mine')
    for (const frame of [echo, turn('t', 'started'), unavailable, turn('t', 'finished')]) {
      watch.note(frame)
    }
    expect(await watch.end).toEqual({ state: 'finished', answered: false })
  })
})
