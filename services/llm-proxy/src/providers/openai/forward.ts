import type { ChatCompletionRequest } from '@codelab/contracts/openai'
import type { Exchange } from '../exchange.ts'
import type { ForwardRequest, Provider } from '../provider.ts'
import { mapToolNames, namesIn } from '../tool-names.ts'
import type { UpstreamRequest } from '../upstream.ts'
import { VendorFailure } from '../vendor-failure.ts'
import { forwardEvents } from './forward-events.ts'
import { withValues } from './raw-object.ts'
import { renameCalls } from './rename-calls.ts'
import { withToolNames } from './request.ts'
import { usageOf } from './usage.ts'

type Deps = {
  readonly provider: string
  readonly exchange: Exchange
  readonly requestFor: (body: string | Buffer) => Promise<UpstreamRequest>
}

/** What must be so in the request that leaves; a field that it may lack is only mended. */
const changesFor = (
  { model, body: { stream, stream_options: options } }: ForwardRequest,
  streamed: boolean,
): Record<string, unknown> => {
  if (!streamed) return { model: model.vendorId, ...(stream !== undefined && { stream: false }) }
  return {
    model: model.vendorId,
    stream: true,
    ...(options?.include_usage !== true && { stream_options: { ...options, include_usage: true } }),
  }
}

/** A caller's own request with our model name and tool names that the vendor accepts; all else as it came, to the byte where that can be. */
const outgoing = (forward: ForwardRequest, streamed: boolean) => {
  const { body: request, raw } = forward
  const named = {
    messages: request.messages,
    tools: request.tools,
    toolChoice: request.tool_choice,
  }
  const names = mapToolNames(namesIn(named))
  const changes = changesFor(forward, streamed)
  const body =
    (!names.changed && withValues(raw, changes)) ||
    JSON.stringify({
      ...request,
      ...(names.changed && withToolNames(named, names)),
      ...changes,
    } satisfies ChatCompletionRequest)
  return { names, body }
}

/** Passes requests of OpenAI's dialect on to a vendor that speaks it. */
export const createForward = ({
  provider,
  exchange,
  requestFor,
}: Deps): NonNullable<Provider['forward']> => ({
  async stream(forward, signal) {
    const { names, body } = outgoing(forward, true)
    const keepUsage = forward.body.stream_options?.include_usage === true
    const translator = forwardEvents({ provider, names, keepUsage, onUsage: forward.onUsage })
    return exchange.stream(await requestFor(body), translator, signal)
  },

  async whole(forward, signal) {
    const { names, body } = outgoing(forward, false)
    const { bytes, value } = await exchange.whole(await requestFor(body), signal)
    if (!Array.isArray(value['choices'])) {
      throw new VendorFailure('broken', `The model provider "${provider}" sent no completion`)
    }
    if (value['usage']) forward.onUsage(usageOf(value['usage']))
    return names.changed && renameCalls(value, names) ? Buffer.from(JSON.stringify(value)) : bytes
  },
})
