import type { ToolNames } from '../tool-names.ts'

type Call = { function?: { name?: string } | null }
type Said = { tool_calls?: Call[] | null }
type Answer = { choices?: { delta?: Said; message?: Said }[] }

/** Gives the tools in an answer (or a chunk of it) their own names back, in place; tells whether any changed. */
export const renameCalls = (answer: object, names: ToolNames): boolean => {
  let changed = false
  for (const choice of (answer as Answer).choices ?? []) {
    for (const call of (choice.delta ?? choice.message)?.tool_calls ?? []) {
      const name = call.function?.name
      if (!call.function || !name || names.back(name) === name) continue
      call.function.name = names.back(name)
      changed = true
    }
  }
  return changed
}
