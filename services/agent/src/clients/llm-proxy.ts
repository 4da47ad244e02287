import type { Readable } from 'node:stream'
import {
  completion,
  embeddings,
  listModels,
  type CompletionRequest,
  type ModelList,
} from '@codelab/contracts/agent-llm'
import { internalHeaders } from '@codelab/contracts/gateway-agent'
import { createCaller } from '@codelab/runtime/call'
import { Failure } from '@codelab/runtime/failure'

export type LlmProxy = ReturnType<typeof createLlmProxy>

/** A client that connects waits for the list, so it must not wait for long. */
const listMs = 2_000

/**
 * The one next hop. It may try and fall back for minutes before the first part, and says all the while that it is there:
 * `silenceMs` without even that is a dead connection.
 */
export function createLlmProxy({
  url,
  token,
  silenceMs,
}: {
  url: string
  token: string
  silenceMs: number
}) {
  const headers = () => ({
    authorization: `Bearer ${token}`,
    [internalHeaders.service]: 'agent',
  })
  const completions = createCaller({ baseUrl: url, headers, timeoutMs: silenceMs, silenceMs })
  const lists = createCaller({ baseUrl: url, headers, timeoutMs: listMs })
  return {
    /** Starts a streamed completion. Throws a `Failure` when it fails before its first part. */
    async complete(
      request: CompletionRequest,
      { userId, signal }: { userId: string; signal: AbortSignal },
    ): Promise<Readable> {
      const { body } = await completions.stream(completion, {
        body: { ...request, stream: true },
        headers: { [internalHeaders.user]: userId },
        signal,
      })
      return body
    },
    /** Vectors of texts, in their order, and the model's name as llm-proxy served it. */
    async embed(
      { model, input }: { model: string; input: string[] },
      { userId, signal }: { userId: string; signal: AbortSignal },
    ): Promise<{ model: string; vectors: number[][] }> {
      const reply = await completions.call(embeddings, {
        body: { model, input },
        headers: { [internalHeaders.user]: userId },
        signal,
      })
      if (reply.embeddings.length === input.length)
        return { model: reply.model, vectors: reply.embeddings }
      throw new Failure('upstream_failed', {
        message: `The model ${model} gave ${reply.embeddings.length} vectors for ${input.length} texts.`,
      })
    },
    models: (): Promise<ModelList> => lists.call(listModels),
    async close(): Promise<void> {
      await Promise.all([completions.close(), lists.close()])
    },
  }
}
