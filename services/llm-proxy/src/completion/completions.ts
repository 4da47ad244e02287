import type { Usage } from '@codelab/contracts/agent-llm'
import type { ChatCompletionRequest } from '@codelab/contracts/openai'
import { Failure } from '@codelab/runtime/failure'
import type { Tracing } from '@codelab/runtime/tracing'
import type { Flow } from '../providers/flow.ts'
import type { RawObject } from '../providers/openai/raw-object.ts'
import type { ModelRequest, Provider, ProviderPart } from '../providers/provider.ts'
import type { Breaker } from '../routing/breaker.ts'
import type { Breakers } from '../routing/breakers.ts'
import type { Candidate, ModelTable } from '../routing/model-table.ts'
import type { ChainResult, TryChain } from '../routing/try-chain.ts'
import type { BeginUsage, UsageRecord } from '../usage/record.ts'
import { type Objection, chainFor } from './chain-for.ts'
import { type WholeAnswer, collect } from './collect.ts'
import type { OpenStream } from './open-stream.ts'

export type Caller = { readonly user: string | undefined; readonly signal: AbortSignal }

/** A request for a model by name; which one answers is decided here. */
export type Wanted = Omit<ModelRequest, 'model'> & { readonly name: string }

/** A request in OpenAI's dialect: as read by us, as it came, and what some models cannot do of it. */
export type DialectWanted = {
  readonly wanted: Wanted
  readonly body: ChatCompletionRequest
  readonly raw: RawObject
  readonly objection: Objection
}

/** An answer that has begun, with the bookkeeping its reader must end. */
export type Answer<Value> = ChainResult<Value> & { readonly record: UsageRecord }

/** An answer in the caller's own dialect, or one to be translated. */
export type Dialect<Same, Ours> =
  | { readonly type: 'same'; readonly value: Same }
  | { readonly type: 'ours'; readonly value: Ours }

type Forward = NonNullable<Provider['forward']>
type Open<Value> = (candidate: Candidate, record: UsageRecord) => Promise<Value>

export type CompletionDeps = {
  readonly table: ModelTable
  readonly fallbacks: readonly string[]
  readonly tryChain: TryChain
  readonly breakers: Breakers
  readonly beginUsage: BeginUsage
  readonly tracing: Tracing
}

export type Completions = ReturnType<typeof createCompletions>

/** Chooses models for requests and brings each answer to its first part (or its end, when it is wanted whole) by retries and fallbacks. */
export const createCompletions = (deps: CompletionDeps) => {
  const { tryChain, breakers, beginUsage, tracing } = deps

  const begin = async <Value>(
    chain: readonly Candidate[],
    { user, signal }: Caller,
    open: Open<Value>,
  ): Promise<Answer<Value>> => {
    const asked = chain[0]
    if (!asked) throw new Failure('not_found', { field: 'model' })
    const record = beginUsage({ kind: 'completion', user, asked })
    const operation = (candidate: Candidate): Promise<Value> => {
      record.tried()
      return open(candidate, record)
    }
    return tracing.span('model completion', { model: asked.model.id }, async (span) => {
      try {
        const result = await tryChain(chain, operation, signal)
        const { candidate, attempts } = result
        span.set({ provider: candidate.provider.name, served: candidate.model.id, attempts })
        record.answered(candidate)
        return { ...result, record }
      } catch (error) {
        const invalid = error instanceof Failure && error.code === 'invalid_request'
        record.end(signal.aborted ? 'cancelled' : invalid ? 'invalid' : 'failed')
        throw error
      }
    })
  }

  const partsFrom = (
    { provider, model }: Candidate,
    wanted: Wanted,
    { signal }: Caller,
  ): Promise<Flow<ProviderPart[]>> => provider.stream({ ...wanted, model }, signal)

  const breakerOf = ({ provider, model }: Candidate): Breaker =>
    breakers.of({ provider: provider.name, model: model.id })

  const opener =
    (wanted: Wanted, caller: Caller): Open<OpenStream<ProviderPart[]>> =>
    async (candidate) => ({
      flow: await partsFrom(candidate, wanted, caller),
      breaker: breakerOf(candidate),
    })

  const collector =
    (wanted: Wanted, caller: Caller): Open<WholeAnswer> =>
    async (candidate, record) => {
      const whole = await collect(await partsFrom(candidate, wanted, caller))
      if (whole.usage) record.counted(whole.usage)
      return whole
    }

  /** The caller's own dialect where the provider speaks it, else ours. */
  const either =
    <Same, Ours>(
      ours: Open<Ours>,
      same: (forward: Forward, ...rest: Parameters<Open<Same>>) => Promise<Same>,
    ): Open<Dialect<Same, Ours>> =>
    async (candidate, record) => {
      const { forward } = candidate.provider
      return forward
        ? { type: 'same', value: await same(forward, candidate, record) }
        : { type: 'ours', value: await ours(candidate, record) }
    }

  const anyModel: Objection = () => undefined

  return {
    /** An answer in parts. */
    stream: async (wanted: Wanted, caller: Caller) =>
      begin(await chainFor(deps, wanted, anyModel), caller, opener(wanted, caller)),

    /** An answer at once; since nothing leaves before its end, a try that breaks off at any point is repeated. */
    whole: async (wanted: Wanted, caller: Caller) =>
      begin(await chainFor(deps, wanted, anyModel), caller, collector(wanted, caller)),

    dialectStream: async ({ wanted, body, raw, objection }: DialectWanted, caller: Caller) =>
      begin(
        await chainFor(deps, wanted, objection),
        caller,
        either<OpenStream<Buffer>, OpenStream<ProviderPart[]>>(
          opener(wanted, caller),
          async (forward, candidate, record) => {
            const { model } = candidate
            const onUsage = (usage: Usage) => record.counted(usage)
            const flow = await forward.stream({ model, body, raw, onUsage }, caller.signal)
            return { flow, breaker: breakerOf(candidate) }
          },
        ),
      ),

    /** In the caller's own dialect as JSON. */
    dialectWhole: async ({ wanted, body, raw, objection }: DialectWanted, caller: Caller) =>
      begin(
        await chainFor(deps, wanted, objection),
        caller,
        either<Buffer, WholeAnswer>(collector(wanted, caller), (forward, { model }, record) =>
          forward.whole(
            { model, body, raw, onUsage: (usage) => record.counted(usage) },
            caller.signal,
          ),
        ),
      ),
  }
}
