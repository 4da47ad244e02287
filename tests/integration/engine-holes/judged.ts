import { judge } from '@codelab/agent/policy/judge'
import type { ApprovalRule } from '@codelab/contracts/tools'
import { judgeHere } from '@codelab/engine/conversation/machine-rules'
import { createShown } from '@codelab/engine/conversation/shown'

type Arguments = Record<string, unknown>

/** A workspace that allows nearly everything, as people do who are tired of questions. */
export const allowAll: ApprovalRule[] = [{ tool: '*', action: 'allow' }]
export const allowing = (...programs: string[]): ApprovalRule[] =>
  programs.map((command) => ({ tool: 'execute_command', command, action: 'allow' }))

export const workspaceSays = (
  tool: string,
  args: Arguments,
  rules: ApprovalRule[] = allowAll,
  remembered = true,
) => judge({ tool, arguments: args, rules, remembered }).action

/** What the machine does with a call that the server has released without its person. */
export const machineSays = (tool: string, args: Arguments) => ({
  held: judgeHere([], tool, args)?.action,
  released: createShown().verdictOn('call', tool, args),
})

/** No rule, no remembered approval and no server lets such a call pass. */
export function expectAlwaysAsked(tool: string, args: Arguments): void {
  expect({ args, workspace: workspaceSays(tool, args) }).toEqual({ args, workspace: 'ask' })
  expect({ args, ...machineSays(tool, args) }).toEqual({ args, held: 'ask', released: 'unseen' })
}

/** Nor does any of those that would bring the file about. */
export function expectWriteAlwaysAsked(path: string): void {
  expectAlwaysAsked('write_file', { path, content: 'x' })
  expectAlwaysAsked('edit_file', { path, edits: [{ old: 'a', new: 'b' }] })
  expectAlwaysAsked('move_file', { path: 'harmless.txt', to: path })
  expectAlwaysAsked('delete_file', { path })
}

export const commandAsks = (argv: string[], ...programs: string[]) =>
  workspaceSays('execute_command', { argv }, allowing(...programs), false)
