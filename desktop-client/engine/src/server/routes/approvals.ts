import { decideCall, listWaitingCalls, previewCall } from '@codelab/contracts/engine-ui/approvals'
import { handle, type RouteHandler } from '@codelab/runtime/handle'
import type { Approvals } from '../approvals/approvals.ts'

/** An edited file's content comes as an argument, in JSON. */
const mostBytes = 8 * 1024 * 1024

export const approvalRoutes = ({
  approvals,
  touched,
}: {
  readonly approvals: Approvals
  readonly touched: () => void
}): RouteHandler[] => [
  handle(listWaitingCalls, async () => {
    await approvals.refresh()
    return { items: approvals.waiting() }
  }),
  handle(
    previewCall,
    ({ params, body }) => approvals.preview(params.session, params.call, body.arguments),
    { maxBodyBytes: mostBytes },
  ),
  handle(decideCall, async ({ params, body }) => {
    const outcome = await approvals.decide(params.session, params.call, body)
    touched()
    return { outcome }
  }),
]
