import { isDeepStrictEqual } from 'node:util'
import { randomUUID } from 'node:crypto'
import type { LogFrame } from '@codelab/contracts/frames'
import { openDevice } from './device.ts'

export type Outcome = {
  readonly name: string
  /** Runs of the tool, and what each was run with. */
  readonly runs: readonly unknown[]
  readonly ranAsEdited: boolean
  readonly pendingOnSecond: boolean
  readonly firstHeard: boolean
  readonly lateRefused: boolean
  readonly sameLog: boolean
}

type Wanted = { readonly server: string; readonly token: string }

/** What the model proposes in a conversation, and what the person makes of it. */
export const proposed = (name: string) => ({ path: `${name}.txt`, content: `proposed ${name}` })
export const edited = (name: string) => ({ path: `${name}.txt`, content: `edited ${name}` })

/** Everything up to the question; the answer is given later, from another device. */
export async function ask({ server, token }: Wanted) {
  const sessionId = randomUUID()
  const name = sessionId
  const device = () => openDevice({ server, token, sessionId, after: 0 })
  const first = device()
  const third = device()
  await first.say(randomUUID(), `write ${name}`)
  const asked = await first.waitFor('tool_call')
  await third.waitFor('tool_call')

  /** The question is answered from a device that comes only now; the third one’s answer is too late. */
  return async function answer(): Promise<Outcome> {
    const second = openDevice({ server, token, sessionId })
    const { pending_approvals } = await second.waitFor('session')
    const pendingOnSecond =
      pending_approvals.length === 1 && pending_approvals[0]!.call_id === asked.call_id
    const runs: unknown[] = []
    await second.edit(asked.call_id, edited(name))
    const devices = [first, second, third]
    const released = await Promise.all(
      devices.map((one) => one.waitFor('tool_call', (frame) => !frame.requires_approval)),
    )
    const late = await third.reject(asked.call_id)
    await Promise.all(
      devices.map((one, at) =>
        one.execute(released[at]!, () => {
          runs.push(released[at]!.arguments)
          return 'written'
        }),
      ),
    )
    await Promise.all(devices.map((one) => one.waitFor('turn', ({ state }) => state !== 'started')))
    const conflict = third.find(
      'error',
      ({ code, in_reply_to }) => code === 'conflict' && in_reply_to === asked.call_id,
    )
    const outcome = {
      name,
      runs,
      ranAsEdited: runs.length === 1 && isDeepStrictEqual(runs[0], edited(name)),
      pendingOnSecond,
      firstHeard:
        isDeepStrictEqual(released[0]!.arguments, edited(name)) &&
        first.find('tool_resolved', ({ outcome: how }) => how === 'executed') !== undefined,
      lateRefused: late === 'late' && conflict !== undefined,
      sameLog: sameLogs(devices.map((one) => one.log())),
    }
    for (const one of devices) one.close()
    return outcome
  }
}

/** Each shows the same frames, gap-free; one that came later begins later. */
function sameLogs(logs: readonly LogFrame[][]): boolean {
  const [whole = []] = logs
  const gapFree = whole.every(({ seq }, at) => seq === at + 1)
  return gapFree && logs.every((log) => isDeepStrictEqual(log, whole.slice(log[0]!.seq - 1)))
}
