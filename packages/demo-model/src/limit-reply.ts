import { type ModelRequest, textOf } from './chat.ts'
import type { Accepted } from './dialect.ts'
import type { Reply, TokenUsage } from './reply.ts'
import { countTokens, tokensOf } from './tokens.ts'

/** Ends the text at the request's stop sequences and its limit of tokens. */
export function limitReply(reply: Reply, { maxTokens = Infinity, stop = [] }: Accepted): Reply {
  const ends = stop.map((end) => reply.text.indexOf(end)).filter((at) => at >= 0)
  const text = reply.text.slice(0, Math.min(reply.text.length, ...ends))
  const tokens = tokensOf(text)
  if (tokens.length <= maxTokens) return { ...reply, text }
  return { ...reply, text: tokens.slice(0, maxTokens).join(''), toolCalls: [], finish: 'length' }
}

/** The tokens of a request and its reply, unless the reply says its own. */
export function usageOf(reply: Reply, { messages }: ModelRequest): TokenUsage {
  if (reply.usage) return reply.usage
  const input = messages.reduce((sum, message) => sum + countTokens(textOf(message.content)), 0)
  const calls = reply.toolCalls.reduce((sum, call) => sum + countTokens(call.arguments), 0)
  return { input, output: countTokens(reply.text) + calls }
}
