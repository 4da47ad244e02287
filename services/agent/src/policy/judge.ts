import { alwaysAsks, wordingOfGuarded } from '@codelab/contracts/always-ask'
import { isToolName, tools, type ApprovalRule, type ToolAction } from '@codelab/contracts/tools'
import { permits, restricts, type Call } from './match.ts'

export type Judgement = { readonly action: ToolAction; readonly reason?: string }

const strictness = { allow: 0, ask: 1, deny: 2 } as const

/**
 * What happens to a valid tool call: the strictest rule that speaks of it wins, whatever the order of the rules; where none
 * does, the tool's own action holds. `remembered` (a person's grant for exactly this tool and these arguments) turns
 * ask into allow, never deny. Rules that deny or ask cannot be got around by spelling; rules that allow match narrowly.
 * A call that takes a folder in which a rule forbids something is asked about. What is on the always-ask list is never allowed
 * by a rule or a grant: a person looks at each such call.
 */
export function judge({
  tool,
  arguments: given,
  rules,
  remembered,
}: {
  tool: string
  arguments: Readonly<Record<string, unknown>>
  rules: readonly ApprovalRule[]
  remembered: boolean
}): Judgement {
  if (!isToolName(tool)) return { action: 'deny', reason: `There is no tool named ${tool}.` }
  const call = { tool, arguments: given }
  const verdicts = rules.flatMap((rule) => verdictOf(rule, call) ?? [])
  const strictest = verdicts.reduce<Judgement | undefined>(stricter, undefined) ?? {
    action: tools[tool].action,
  }
  if (strictest.action === 'deny') return strictest
  const guarded = alwaysAsks(tool, given)
  if (guarded) return { action: 'ask', reason: strictest.reason ?? wordingOfGuarded(guarded) }
  return strictest.action === 'ask' && remembered ? { action: 'allow' } : strictest
}

function verdictOf(rule: ApprovalRule, call: Call): Judgement | undefined {
  if (rule.action === 'allow') return permits(rule, call) ? { action: 'allow' } : undefined
  const match = restricts(rule, call)
  if (match === 'none') return undefined
  if (match === 'whole') return { action: rule.action, reason: rule.reason ?? wordingOf(rule) }
  return {
    action: 'ask',
    reason: `It may include what a rule speaks of: ${rule.reason ?? wordingOf(rule)}`,
  }
}

/** Of two equally strict ones the reason that sorts first, so that the order of the rules never shows. */
function stricter(a: Judgement | undefined, b: Judgement): Judgement {
  if (!a) return b
  const difference = strictness[b.action] - strictness[a.action]
  if (difference !== 0) return difference > 0 ? b : a
  return (b.reason ?? '') < (a.reason ?? '') ? b : a
}

function wordingOf(rule: ApprovalRule): string {
  const verb = rule.action === 'deny' ? 'forbids' : 'asks about'
  const what = rule.tool === '*' ? 'every tool' : rule.tool
  const where = rule.path === undefined ? '' : ` on ${rule.path}`
  const program = rule.command === undefined ? '' : ` running ${rule.command}`
  return `A rule of this workspace ${verb} ${what}${where}${program}.`
}
