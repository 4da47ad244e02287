import type { ModelList } from '@codelab/contracts/agent-llm'
import { Failure } from '@codelab/runtime/failure'

/** The embedding model to use: the one asked for, else the one of the settings, else the workspace's first. Throws `unprocessable` when there is none. */
export function embeddingModel(
  asked: string | undefined,
  setting: string | undefined,
  list: ModelList,
): string {
  const model = asked ?? setting ?? list.embedding_models?.[0]
  if (model !== undefined) return model
  throw new Failure('unprocessable', {
    message:
      'This workspace has no embedding model. Add one to its providers, such as text-embedding-3-small, or nomic-embed-text for Ollama.',
  })
}
