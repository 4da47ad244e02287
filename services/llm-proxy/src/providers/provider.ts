import type { ChatCompletionRequest } from '@codelab/contracts/openai'
import type {
  ChatMessage,
  CompletionRequest,
  FinishReason,
  Usage,
} from '@codelab/contracts/agent-llm'
import type { Flow } from './flow.ts'
import type { RawObject } from './openai/raw-object.ts'

/** A model as the rest of the service knows it; `vendorId` is the name its vendor wants. */
export type ServedModel = {
  readonly id: string
  readonly provider: string
  readonly vendorId: string
  readonly contextWindow: number
  readonly maxOutputTokens: number
  readonly tools: boolean
  readonly vision: boolean
  /** Thinks before it answers: OpenAI's refuse `max_tokens` and `temperature`. */
  readonly reasoning: boolean
  /** Serves embeddings, no chat. */
  readonly embeds: boolean
}

/** What one completion asks of a model, free of any vendor's dialect. */
export type ModelRequest = {
  readonly model: ServedModel
  readonly messages: readonly ChatMessage[]
  readonly tools?: CompletionRequest['tools']
  readonly toolChoice?: CompletionRequest['tool_choice']
  readonly temperature?: number
  readonly topP?: number
  readonly stop?: readonly string[]
  readonly maxTokens?: number
  readonly user?: string
}

export type ToolCall = {
  readonly type: 'tool_call'
  readonly id: string
  readonly name: string
  readonly arguments: Record<string, unknown>
  readonly invalid_arguments?: string
}

/** Everything a provider can say while it answers. `finish` is always the last part, and only a stream with its vendor's end mark has it. */
export type ProviderPart =
  | { readonly type: 'content'; readonly content: string }
  | ToolCall
  | ({ readonly type: 'usage' } & Usage)
  | { readonly type: 'finish'; readonly reason: FinishReason }

/** A request in OpenAI's own dialect, passed on with what we do not know in it. */
export type ForwardRequest = {
  readonly model: ServedModel
  readonly body: ChatCompletionRequest
  /** The same as it came. */
  readonly raw: RawObject
  /** Called with what the vendor counted, as soon as it says so. */
  readonly onUsage: (usage: Usage) => void
}

export type Embedding = { readonly embeddings: number[][]; readonly inputTokens: number }

/** A vendor behind one interface. Every method makes exactly one try and throws `VendorFailure`. */
export type Provider = {
  readonly name: string
  /** Batches hold what arrived together; the first one comes with the first thing worth sending. */
  readonly stream: (request: ModelRequest, signal: AbortSignal) => Promise<Flow<ProviderPart[]>>
  /** Present when the vendor speaks OpenAI's dialect itself, so bytes can pass as they are. */
  readonly forward?: {
    readonly stream: (request: ForwardRequest, signal: AbortSignal) => Promise<Flow<Buffer>>
    /** The completion as JSON. */
    readonly whole: (request: ForwardRequest, signal: AbortSignal) => Promise<Buffer>
  }
  readonly embed?: (model: ServedModel, input: string[], signal: AbortSignal) => Promise<Embedding>
  /** Present when the vendor is asked what it serves. */
  readonly discover?: (signal: AbortSignal) => Promise<ServedModel[]>
}
