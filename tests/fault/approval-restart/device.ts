import { createSessionSocket } from '@codelab/engine/gateway/session-socket'
import {
  claimPosting,
  decisionPosting,
  messagePosting,
  resultPosting,
} from '@codelab/engine/gateway/postings'
import type { LogFrame, ServerFrame } from '@codelab/contracts/frames'
import { until } from '../../support/until.ts'

type FrameOf<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>
type Call = FrameOf<'tool_call'>

export type Device = ReturnType<typeof openDevice>

/** One of a person's machines, on the connection of our engine; `after` absent: it comes new, and learns what waits. */
export function openDevice(options: {
  readonly server: string
  readonly token: string
  readonly sessionId: string
  readonly after?: number
}) {
  const { server, token, sessionId, after } = options
  const frames: ServerFrame[] = []
  const renewAt = Date.now() + 600_000
  const socket = createSessionSocket({
    account: { server, token: () => Promise.resolve({ value: token, renewAt }) },
    sessionId,
    ...(after !== undefined && { after }),
    onFrame: (frame) => void frames.push(frame),
    patienceMs: { first: 60_000, later: 120_000 },
  })
  const find = <Type extends ServerFrame['type']>(
    type: Type,
    fits: (frame: FrameOf<Type>) => boolean = () => true,
  ) =>
    frames.find(
      (frame): frame is FrameOf<Type> => frame.type === type && fits(frame as FrameOf<Type>),
    )
  return {
    frames,
    log: (): LogFrame[] => frames.filter((frame): frame is LogFrame => 'seq' in frame),
    find,
    waitFor: <Type extends ServerFrame['type']>(
      type: Type,
      fits?: (frame: FrameOf<Type>) => boolean,
    ) =>
      until(
        () => `${sessionId}: a ${type}; the last were ${JSON.stringify(frames.slice(-3))}`,
        () => find(type, fits),
        90_000,
      ),
    say: (id: string, content: string) =>
      socket.post(messagePosting({ type: 'user_message', id, content })),
    edit: (call_id: string, modified_arguments: Record<string, unknown>) =>
      socket.post(
        decisionPosting({
          type: 'hitl_decision',
          call_id,
          decision: 'edit',
          modified_arguments: modified_arguments as never,
        }),
      ),
    reject: (call_id: string) =>
      socket.post(decisionPosting({ type: 'hitl_decision', call_id, decision: 'reject' })),
    /** Claims the call and, where it gets it, runs `run` and delivers; false where another device was first. */
    async execute({ call_id }: Call, run: () => string): Promise<boolean> {
      if ((await socket.post(claimPosting(call_id))) === 'gone') return false
      await socket.post(resultPosting({ type: 'tool_result', call_id, result: run() }))
      return true
    },
    close: () => socket.close(),
  }
}
