import type pg from 'pg'
import type { CompletionRequest, ModelList, ToolDefinition } from '@codelab/contracts/agent-llm'
import type { ApprovalRule } from '@codelab/contracts/tools'
import { Failure } from '@codelab/runtime/failure'
import { windowQuery } from '../context/read-window.ts'
import { systemText } from '../context/system-text.ts'
import type { WindowRow } from '../context/units.ts'
import { assembleWindow } from '../context/window.ts'
import { offeredTools } from '../tools/offered.ts'

type Parts = {
  pool: pg.Pool
  models: () => Promise<ModelList>
  defaultModel: string | undefined
  maxTokens: number
  historyLimit: number
  rules: readonly ApprovalRule[]
  /** Are there files of the session that can be found by meaning? */
  isIndexed: (sessionId: string) => Promise<boolean>
}

const noTools: readonly ToolDefinition[] = []

export type RequestBuilder = ReturnType<typeof createRequestBuilder>

/** Puts the request of a step together: the model, the context window read in one round trip, and the tools. */
export function createRequestBuilder({
  pool,
  models,
  defaultModel,
  maxTokens,
  historyLimit,
  rules,
  isIndexed,
}: Parts) {
  const chooseModel = async (wanted: string | null) => {
    const named = wanted ?? defaultModel
    const list = await models().catch((error: unknown) => {
      if (named !== undefined) return undefined
      throw error
    })
    const name = named ?? list?.default ?? list?.models[0]?.id
    if (name === undefined) {
      throw new Failure('unavailable', { message: 'This workspace has no models.' })
    }
    const known = list?.models.find(({ id }) => id === name)
    return { name, takesTools: known?.supports_tools !== false }
  }

  return async function requestFor(step: {
    sessionId: string
    turnMessageId: string
    model: string | null
  }): Promise<CompletionRequest> {
    const { sessionId, turnMessageId } = step
    const query = windowQuery({ sessionId, turnMessageId, maxTokens, historyLimit })
    const [model, { rows }, indexed] = await Promise.all([
      chooseModel(step.model),
      pool.query<WindowRow>(query),
      isIndexed(sessionId),
    ])
    const tools = model.takesTools ? offeredTools(rules, { indexed }) : noTools
    const messages = assembleWindow({ systemText, tools, rows, maxTokens, turnMessageId })
    return {
      model: model.name,
      messages,
      ...(tools.length > 0 && { tools: [...tools] }),
    }
  }
}
