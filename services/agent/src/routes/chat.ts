import { chatCancel, chatMessage, chatStream, fileChanged } from '@codelab/contracts/gateway-agent'
import { Failure } from '@codelab/runtime/failure'
import { handle, type RouteHandler } from '@codelab/runtime/handle'
import { acceptMessage } from '../turn/accept-message.ts'
import { cancelTurn } from '../turn/cancel-turn.ts'
import { changeFile } from '../turn/change-file.ts'
import { languageOf } from '../turn/language.ts'
import type { RouteParts } from './parts.ts'
import { streamSession } from './stream.ts'

/** Messages of JSON-escaped text at the limit stay below this. */
const maxMessageBytes = 2 * 1_048_576

const wholeNumber = (text: string): number | undefined => {
  if (text === '') return undefined
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new Failure('invalid_request', {
    message: 'Last-Event-ID is not a number.',
    field: 'last-event-id',
  })
}

/** A conversation: a message in, frames out, and the way to stop it. */
export function chatRoutes(parts: RouteParts): RouteHandler[] {
  const { inSession } = parts
  return [
    handle(
      chatMessage,
      async ({ body, userId, ctx }) => {
        const header = ctx.get('accept-language')
        const language = header === '' ? undefined : languageOf(header)
        return inSession({ sessionId: body.session_id, userId, create: true }, (work) =>
          acceptMessage(work, {
            id: body.message_id,
            content: body.message,
            model: body.model,
            replaces: body.replaces,
            language,
          }),
        )
      },
      { maxBodyBytes: maxMessageBytes },
    ),
    handle(chatStream, async ({ params, query, userId, ctx }) => {
      const after = query.after ?? wholeNumber(ctx.get('last-event-id'))
      await streamSession(parts, { sessionId: params.id, userId, after, ctx })
    }),
    handle(chatCancel, async ({ body, userId }) => {
      const cancelled = await inSession({ sessionId: body.session_id, userId }, (work) =>
        cancelTurn(work, userId),
      )
      return { cancelled }
    }),
    handle(fileChanged, async ({ body, userId }) => {
      const seq = await inSession({ sessionId: body.session_id, userId }, async (work) =>
        changeFile(work, body),
      )
      return { seq }
    }),
  ]
}
