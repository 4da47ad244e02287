import type { PastCall } from './chat.ts'

/** What a host writes before a result when the person changed the arguments (CodeLab's agent does). */
const notice =
  /^The user changed the arguments before approving\. It was run with: (\{.*\})\s*(?:\n|$)/

/** The call as it was really run: with the person's arguments, and the result without the word about them. */
export function asRun(call: PastCall): PastCall {
  const result = call.result ?? ''
  const match = notice.exec(result)
  return match
    ? { ...call, arguments: match[1]!, result: result.slice(match[0].length).trimStart() }
    : call
}
