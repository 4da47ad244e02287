import { isToolName, tools, type ToolName } from '@codelab/contracts/tools'
import type { z } from 'zod'
import { argumentsDigest } from './canonical.ts'
import { nearNames } from './near-names.ts'

export type ProposedCall = {
  readonly name: string
  readonly arguments: Readonly<Record<string, unknown>>
  /** The raw text, where the model's arguments were no JSON object. */
  readonly invalidArguments?: string | undefined
}

export type CheckedCall =
  | {
      readonly ok: true
      readonly name: ToolName
      readonly arguments: Record<string, unknown>
      /** As `argumentsDigest`. */
      readonly digest: string
    }
  | {
      readonly ok: false
      readonly code: 'unknown_tool' | 'invalid_arguments'
      /** `tool_name`, `arguments`, or the argument that is wrong: `arguments.path`. */
      readonly field: string
      /** Written for a model to act on. */
      readonly message: string
    }

const mostProblems = 5

/** Checks a proposed tool call against the tool table; a call that fails never reaches a client. */
export function checkToolCall({
  name,
  arguments: given,
  invalidArguments,
}: ProposedCall): CheckedCall {
  if (!isToolName(name)) return unknownTool(name)
  if (invalidArguments !== undefined) return brokenJson(name, invalidArguments)
  const checked = tools[name].arguments.safeParse(given)
  if (checked.success) {
    const args = checked.data
    return { ok: true, name, arguments: args, digest: argumentsDigest(name, args) }
  }

  const problems = checked.error.issues.flatMap((issue) => problemsOf(name, issue))
  return {
    ok: false,
    code: 'invalid_arguments',
    field: problems[0]?.field ?? 'arguments',
    message: `The arguments of ${name} are not valid, so it was not run. ${problems
      .slice(0, mostProblems)
      .map(({ text }) => text)
      .join(' ')} Call it again with corrected arguments.`,
  }
}

function unknownTool(name: string): CheckedCall {
  const names = Object.keys(tools)
  const near = nearNames(name, names)
  const hint =
    near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `The tools are: ${names.join(', ')}.`
  return {
    ok: false,
    code: 'unknown_tool',
    field: 'tool_name',
    message: `There is no tool named ${JSON.stringify(name.slice(0, 64))}. ${hint}`,
  }
}

function brokenJson(name: ToolName, raw: string): CheckedCall {
  const shown = JSON.stringify(raw.length > 200 ? `${raw.slice(0, 200)}…` : raw)
  return {
    ok: false,
    code: 'invalid_arguments',
    field: 'arguments',
    message: `The arguments of ${name} were not a JSON object, so it was not run. They were: ${shown}. Call it again with one complete JSON object.`,
  }
}

type Problem = { field: string; text: string }

function problemsOf(name: ToolName, issue: z.core.$ZodIssue): Problem[] {
  const fields =
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => [...issue.path, key])
      : [issue.path]
  return fields.map((path) => {
    const field = ['arguments', ...path].map(String).join('.').slice(0, 200)
    return { field, text: `${field}: ${reasonOf(name, issue, path)}` }
  })
}

function reasonOf(name: ToolName, issue: z.core.$ZodIssue, path: PropertyKey[]): string {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(tools[name].arguments.shape).join(', ')
    return path.length === 1
      ? `there is no such argument; ${name} takes ${known}.`
      : 'there is no such field.'
  }
  if (
    issue.code === 'invalid_type' &&
    issue.input === undefined &&
    issue.message.endsWith('undefined')
  )
    return `missing; it must be ${issue.expected}.`
  return `${issue.message}.`
}
