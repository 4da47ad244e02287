import type { ToolDefinition } from '@codelab/contracts/agent-llm'
import { toolDefinition, tools, type ApprovalRule, type ToolName } from '@codelab/contracts/tools'
import { countTokens } from '../context/tokens.ts'
import { speaksOf } from '../policy/match.ts'

const definitions = (Object.keys(tools) as ToolName[]).map((name) => ({
  name,
  definition: toolDefinition(name) satisfies ToolDefinition,
}))

type Offer = {
  readonly indexed: readonly ToolDefinition[]
  readonly plain: readonly ToolDefinition[]
}

const offeredFor = new WeakMap<readonly ApprovalRule[], Offer>()

/**
 * The tools that a model is told of under these rules: all but those that a rule without `path` and `command` denies, and without
 * `search_semantic` where no file is indexed. The same rules give the same two arrays.
 */
export function offeredTools(
  rules: readonly ApprovalRule[],
  { indexed = false } = {},
): readonly ToolDefinition[] {
  const known = offeredFor.get(rules) ?? offerUnder(rules)
  offeredFor.set(rules, known)
  return indexed ? known.indexed : known.plain
}

function offerUnder(rules: readonly ApprovalRule[]): Offer {
  const outright = rules.filter(
    ({ action, path, command }) => action === 'deny' && path === undefined && command === undefined,
  )
  const left = definitions.filter(({ name }) => !outright.some((rule) => speaksOf(rule, name)))
  return {
    indexed: left.map(({ definition }) => definition),
    plain: left
      .filter(({ name }) => name !== 'search_semantic')
      .map(({ definition }) => definition),
  }
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
