import type { Embeddings } from '../completion/embed.ts'

const base64 = (vector: readonly number[]): string =>
  Buffer.from(new Float32Array(vector).buffer).toString('base64')

/** Embeddings in OpenAI's form; its own client asks for base64 (little-endian 32-bit floats) by default. */
export const embeddingList = (
  { embeddings, inputTokens, candidate }: Embeddings,
  encoding: 'float' | 'base64',
) => ({
  object: 'list' as const,
  model: candidate.model.id,
  data: embeddings.map((vector, index) => ({
    object: 'embedding' as const,
    index,
    embedding: encoding === 'base64' ? base64(vector) : vector,
  })),
  usage: { prompt_tokens: inputTokens, total_tokens: inputTokens },
})
