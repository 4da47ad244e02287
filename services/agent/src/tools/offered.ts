import type { ToolDefinition } from '@codelab/contracts/agent-llm'
import { toolDefinition, tools, type ApprovalRule, type ToolName } from '@codelab/contracts/tools'
import { countTokens } from '../context/tokens.ts'
import { speaksOf } from '../policy/match.ts'

const definitions = (Object.keys(tools) as ToolName[]).map((name) => ({
  name,
  definition: toolDefinition(name) satisfies ToolDefinition,
}))

const offeredFor = new WeakMap<readonly ApprovalRule[], readonly ToolDefinition[]>()

/** The tools that a model is told of under these rules: all but those that a rule without `path` and `command` denies. The same rules give the same array. */
export function offeredTools(rules: readonly ApprovalRule[]): readonly ToolDefinition[] {
  const known = offeredFor.get(rules)
  if (known) return known
  const outright = rules.filter(
    ({ action, path, command }) => action === 'deny' && path === undefined && command === undefined,
  )
  const offered = definitions
    .filter(({ name }) => !outright.some((rule) => speaksOf(rule, name)))
    .map(({ definition }) => definition)
  offeredFor.set(rules, offered)
  return offered
}

const counted = new WeakMap<readonly ToolDefinition[], number>()

/** Tokens of tool schemas, as JSON; counted once for each array. */
export function schemaTokens(offered: readonly ToolDefinition[]): number {
  const known = counted.get(offered)
  if (known !== undefined) return known
  const tokens = offered.length === 0 ? 0 : countTokens(JSON.stringify(offered))
  counted.set(offered, tokens)
  return tokens
}
