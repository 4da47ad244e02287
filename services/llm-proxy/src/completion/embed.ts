import { Failure } from '@codelab/runtime/failure'
import type { Embedding } from '../providers/provider.ts'
import type { Candidate } from '../routing/model-table.ts'
import { modelFor } from './chain-for.ts'
import type { Caller, CompletionDeps } from './completions.ts'

export type Embeddings = Embedding & { readonly candidate: Candidate }
export type Embed = ReturnType<typeof createEmbeddings>

/** Embeddings with the same retries and breakers, but no fallback: vectors of two models do not compare. */
export const createEmbeddings =
  ({ table, tryChain, beginUsage }: CompletionDeps) =>
  async (
    { name, input }: { name: string; input: string[] },
    { user, signal }: Caller,
  ): Promise<Embeddings> => {
    const asked = await modelFor(table, name)
    const embed = asked.provider.embed
    if (!embed) {
      throw new Failure('invalid_request', {
        message: `The provider "${asked.provider.name}" makes no embeddings; choose a model of another one.`,
        field: 'model',
      })
    }
    const record = beginUsage({ kind: 'embedding', user, asked })
    const operation = (candidate: Candidate): Promise<Embedding> => {
      record.tried()
      return embed(candidate.model, input, signal)
    }
    try {
      const { value, candidate } = await tryChain([asked], operation, signal)
      record.answered(candidate)
      record.counted({ input_tokens: value.inputTokens, output_tokens: 0 })
      record.end('completed')
      return { ...value, candidate }
    } catch (error) {
      const invalid = error instanceof Failure && error.code === 'invalid_request'
      record.end(signal.aborted ? 'cancelled' : invalid ? 'invalid' : 'failed')
      throw error
    }
  }
