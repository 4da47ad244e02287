import type { ModelRequest } from './provider.ts'

/** Names as a vendor accepts them, and back exactly. */
export type ToolNames = {
  out(name: string): string
  back(name: string): string
  /** False when every name goes out as it is. */
  readonly changed: boolean
}

const accepted = /^[a-zA-Z0-9_-]{1,64}$/

const freeName = (wanted: string, taken: ReadonlySet<string>): string => {
  const base = wanted.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) || '_'
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : `_${number}`
    const name = base.slice(0, 64 - suffix.length) + suffix
    if (!taken.has(name)) return name
  }
}

/** Every tool name a request mentions: offered, asked for, or called earlier in the conversation. */
export const namesIn = ({
  tools,
  toolChoice,
  messages,
}: Pick<ModelRequest, 'messages'> &
  Partial<Pick<ModelRequest, 'tools' | 'toolChoice'>>): string[] => [
  ...(tools ?? []).map((tool) => tool.function.name),
  ...(typeof toolChoice === 'object' ? [toolChoice.function.name] : []),
  ...messages.flatMap((message) =>
    message.role === 'assistant'
      ? (message.tool_calls ?? []).map((call) => call.function.name)
      : [],
  ),
]

const unchanged: ToolNames = { out: (name) => name, back: (name) => name, changed: false }

/**
 * Vendors accept `[a-zA-Z0-9_-]{1,64}` only, so `git.diff` goes out as `git_diff`. The map belongs to one request: names that fit keep
 * theirs, others get a free one, so two tools never share a name.
 */
export const mapToolNames = (names: readonly string[]): ToolNames => {
  if (names.every((name) => accepted.test(name))) return unchanged
  const outward = new Map<string, string>()
  const taken = new Set(names.filter((name) => accepted.test(name)))
  for (const name of names) {
    if (accepted.test(name) || outward.has(name)) continue
    const free = freeName(name, taken)
    taken.add(free)
    outward.set(name, free)
  }
  const inward = new Map([...outward].map(([name, mapped]) => [mapped, name]))
  return {
    out: (name) => outward.get(name) ?? name,
    back: (name) => inward.get(name) ?? name,
    changed: outward.size > 0,
  }
}
