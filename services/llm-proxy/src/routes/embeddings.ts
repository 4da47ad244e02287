import { embeddings } from '@codelab/contracts/agent-llm'
import { type RouteHandler, handle } from '@codelab/runtime/handle'
import type { Embed } from '../completion/embed.ts'
import { whileCallerStays } from './gone.ts'

/** `POST /api/v1/embeddings`. */
export const embeddingsRoute = ({
  embed,
  maxBodyBytes,
}: {
  embed: Embed
  maxBodyBytes: number
}): RouteHandler =>
  handle(
    embeddings,
    ({ body, ctx, userId: user }) =>
      whileCallerStays(ctx, async (signal) => {
        const input = typeof body.input === 'string' ? [body.input] : body.input
        const made = await embed({ name: body.model, input }, { user, signal })
        return {
          model: made.candidate.model.id,
          embeddings: made.embeddings,
          usage: { input_tokens: made.inputTokens },
        }
      }),
    { maxBodyBytes },
  )
