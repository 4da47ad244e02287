import type { Context } from 'koa'
import { EmbeddingRequest } from '@codelab/contracts/openai'
import { readJson } from '@codelab/runtime/body'
import { invalidRequest } from '@codelab/runtime/failure'
import type { Embed } from '../completion/embed.ts'
import { embeddingList } from '../dialect/embedding-list.ts'
import { whileCallerStays } from './gone.ts'

/** `POST /v1/embeddings` for any client of OpenAI's API. */
export const dialectEmbeddings = ({
  embed,
  maxBodyBytes,
}: {
  embed: Embed
  maxBodyBytes: number
}) =>
  async function postEmbeddings(ctx: Context): Promise<void> {
    const parsed = EmbeddingRequest.safeParse(await readJson(ctx, maxBodyBytes))
    if (!parsed.success) throw invalidRequest(parsed.error)
    const { model: name, input, encoding_format: encoding = 'float' } = parsed.data
    const user = ctx.state['userId'] as string | undefined
    await whileCallerStays(ctx, async (signal) => {
      const texts = typeof input === 'string' ? [input] : input
      ctx.body = embeddingList(await embed({ name, input: texts }, { user, signal }), encoding)
    })
  }
