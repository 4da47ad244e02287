import type { ChatCompletionRequest } from '@codelab/contracts/openai'
import type { Exchange } from '../exchange.ts'
import type { ForwardRequest, Provider } from '../provider.ts'
import { mapToolNames, namesIn } from '../tool-names.ts'
import type { UpstreamRequest } from '../upstream.ts'
import { VendorFailure } from '../vendor-failure.ts'
import { forwardEvents } from './forward-events.ts'
import { renameCalls } from './rename-calls.ts'
import { withToolNames } from './request.ts'
import { usageOf } from './usage.ts'

type Deps = {
  readonly provider: string
  readonly exchange: Exchange
  readonly requestFor: (body: unknown) => Promise<UpstreamRequest>
}

/** A caller's own request with our model name and tool names that the vendor accepts; all else as it came. */
const outgoing = ({ model, body }: ForwardRequest) => {
  const request = body as ChatCompletionRequest
  const named = {
    messages: request.messages,
    tools: request.tools,
    toolChoice: request.tool_choice,
  }
  const names = mapToolNames(namesIn(named))
  const renamed = names.changed ? withToolNames(named, names) : {}
  return { names, request, body: { ...request, ...renamed, model: model.vendorId } }
}

/** Passes requests of OpenAI's dialect on to a vendor that speaks it. */
export const createForward = ({
  provider,
  exchange,
  requestFor,
}: Deps): NonNullable<Provider['forward']> => ({
  async *stream(forward, signal) {
    const { names, request, body } = outgoing(forward)
    const upstream = await requestFor({
      ...body,
      stream: true,
      stream_options: { ...request.stream_options, include_usage: true },
    })
    const keepUsage = request.stream_options?.include_usage === true
    const translator = forwardEvents({ provider, names, keepUsage, onUsage: forward.onUsage })
    yield* exchange.stream(upstream, translator, signal)
  },

  async whole(forward, signal) {
    const { names, body } = outgoing(forward)
    const answer = await exchange.whole(await requestFor({ ...body, stream: false }), signal)
    if (!Array.isArray(answer['choices'])) {
      throw new VendorFailure('broken', `The model provider "${provider}" sent no completion`)
    }
    if (answer['usage']) forward.onUsage(usageOf(answer['usage']))
    if (names.changed) renameCalls(answer, names)
    return answer
  },
})
