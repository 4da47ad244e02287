import type pg from 'pg'
import type { CompletionRequest, ModelList, ToolDefinition } from '@codelab/contracts/agent-llm'
import type { ApprovalRule } from '@codelab/contracts/tools'
import { Failure } from '@codelab/runtime/failure'
import { planCompaction, type CompactionPlan } from '../compaction/plan.ts'
import { splitRows, windowQuery, type ReadRow } from '../context/read-window.ts'
import { resultShare } from '../context/result-text.ts'
import { systemText } from '../context/system-text.ts'
import { assembleWindow, roomOf } from '../context/window.ts'
import { offeredTools } from '../tools/offered.ts'
import { defaultModelOf } from '../turn/model-of.ts'

type Parts = {
  pool: pg.Pool
  models: () => Promise<ModelList>
  defaultModel: string | undefined
  maxTokens: number
  historyLimit: number
  rules: readonly ApprovalRule[]
  /** Are there files of the session that can be found by meaning? */
  isIndexed: (sessionId: string) => Promise<boolean>
  /** The part of the window from which on older messages are summarised; absent: never. */
  compactAt: number | undefined
}

/** What a step sends, and what is to be summarised before, if anything. */
export type Prepared = {
  readonly request: CompletionRequest
  readonly due: CompactionPlan | undefined
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
  compactAt,
}: Parts) {
  const chooseModel = async (wanted: string | null) => {
    const named = wanted ?? defaultModel
    const list = await models().catch((error: unknown) => {
      if (named !== undefined) return undefined
      throw error
    })
    const name = defaultModelOf(named, list)
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
  }): Promise<Prepared> {
    const { sessionId, turnMessageId } = step
    const summaries = compactAt !== undefined
    const query = windowQuery({ sessionId, turnMessageId, maxTokens, historyLimit, summaries })
    const [model, read, indexed] = await Promise.all([
      chooseModel(step.model),
      pool.query<ReadRow>(query),
      isIndexed(sessionId),
    ])
    const { rows, summary, triedTo } = splitRows(read.rows)
    const tools = model.takesTools ? offeredTools(rules, { indexed }) : noTools
    const window = { systemText, tools, rows, summary, maxTokens, turnMessageId }
    const request = {
      model: model.name,
      messages: assembleWindow(window),
      ...(tools.length > 0 && { tools: [...tools] }),
    }
    const due =
      compactAt === undefined
        ? undefined
        : planCompaction({
            ...window,
            triedTo,
            room: roomOf(window),
            share: resultShare(maxTokens),
            historyLimit,
            at: compactAt,
          })
    return { request, due }
  }
}
