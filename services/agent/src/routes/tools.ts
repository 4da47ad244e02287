import {
  claimTool,
  executeTool as executeToolRoute,
  toolDecision,
  toolResult,
} from '@codelab/contracts/gateway-agent'
import { maxResultBytes } from '@codelab/contracts/tools'
import { Failure } from '@codelab/runtime/failure'
import { handle, type RouteHandler } from '@codelab/runtime/handle'
import { claimCall } from '../turn/claim-call.ts'
import { decideCall } from '../turn/decide-call.ts'
import { executeTool } from '../turn/execute-tool.ts'
import { takeResult } from '../turn/tool-result.ts'
import { connectionOf, type RouteParts } from './parts.ts'

/** A result at its limit whose every character is escaped twice over stays below this. */
const maxResultBodyBytes = 8 * 1_048_576
const maxArgumentsBodyBytes = 4 * 1_048_576

function refuseLong(result: unknown): void {
  if (result === undefined) return
  const bytes = Buffer.byteLength(typeof result === 'string' ? result : JSON.stringify(result))
  if (bytes <= maxResultBytes) return
  throw new Failure('payload_too_large', {
    message: `result: ${bytes} bytes are more than the ${maxResultBytes} that a tool result may have.`,
    field: 'result',
  })
}

/** Tool calls on their way: asked for, decided, claimed, answered. */
export function toolRoutes({ inSession, tracing }: RouteParts): RouteHandler[] {
  return [
    handle(
      executeToolRoute,
      async ({ body, userId }) =>
        inSession({ sessionId: body.session_id, userId }, (work) => executeTool(work, body)),
      { maxBodyBytes: maxArgumentsBodyBytes },
    ),
    handle(claimTool, async ({ body, userId, ctx }) => {
      const connection = connectionOf(ctx) ?? `user:${userId ?? 'service'}`
      await inSession({ sessionId: body.session_id, userId }, (work) =>
        claimCall(work, body.call_id, connection),
      )
      return { call_id: body.call_id }
    }),
    handle(
      toolResult,
      async ({ body, userId, ctx }) => {
        refuseLong(body.result)
        const { session_id, call_id, result, error } = body
        const connection = connectionOf(ctx) ?? `user:${userId ?? 'service'}`
        await tracing.span('tool', { session_id, call_id, ok: error === undefined }, () =>
          inSession({ sessionId: session_id, userId }, (work) =>
            takeResult(work, call_id, { result, error }, { connection, by: userId }),
          ),
        )
        return { call_id }
      },
      { maxBodyBytes: maxResultBodyBytes },
    ),
    handle(
      toolDecision,
      async ({ body, userId }) => {
        await inSession({ sessionId: body.session_id, userId }, (work) =>
          decideCall(work, body.call_id, body, userId),
        )
        return { call_id: body.call_id }
      },
      { maxBodyBytes: maxArgumentsBodyBytes },
    ),
  ]
}
