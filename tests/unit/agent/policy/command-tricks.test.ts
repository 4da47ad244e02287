import { judge } from '@codelab/agent/policy/judge'
import type { ApprovalRule } from '@codelab/contracts/tools'
import { harmless } from './commands/harmless.ts'
import { tricks } from './commands/tricks.ts'

/** The most careless workspace that names programs: every program of both lists is allowed, but not names that only begin like git. */
const programs = [...tricks, ...harmless].map(([program = '']) => program)
const careless: ApprovalRule[] = [...new Set(programs)]
  .filter((program) => /^[a-z][\w.-]*$/.test(program) && !/^git./.test(program))
  .map((command) => ({ tool: 'execute_command', command, action: 'allow' }))

const actionOf = (argv: string[]) =>
  judge({ tool: 'execute_command', arguments: { argv }, rules: careless, remembered: false }).action

const named = (commands: string[][]) =>
  commands.map((argv) => [JSON.stringify(argv), argv] as [string, string[]])

test.each(named(tricks))('%s asks, though its program is allowed', (_, argv) => {
  expect(actionOf(argv)).toBe('ask')
})

test.each(named(harmless))('%s is not asked about', (_, argv) => {
  expect(actionOf(argv)).toBe('allow')
})

test('nothing runs unasked where no rule allows it, and a denied program stays denied', () => {
  for (const argv of [...tricks, ...harmless]) {
    const call = { tool: 'execute_command', arguments: { argv }, remembered: false }
    expect(judge({ ...call, rules: [] }).action).toBe('ask')
    const [program = ''] = argv
    if (program === '') continue
    const rules: ApprovalRule[] = [...careless, { tool: '*', command: '*', action: 'deny' }]
    expect(judge({ ...call, rules, remembered: true }).action).toBe('deny')
  }
})

test('both lists are large', () => {
  const count = (commands: string[][]) => new Set(commands.map((argv) => JSON.stringify(argv))).size
  expect(count(tricks)).toBeGreaterThanOrEqual(300)
  expect(count(harmless)).toBeGreaterThanOrEqual(100)
  const run = tricks.filter((argv) => actionOf(argv) === 'allow').length
  const asked = harmless.filter((argv) => actionOf(argv) !== 'allow').length
  console.info(
    `command tricks: ${run} of ${count(tricks)} run unapproved; harmless: ${asked} of ${count(harmless)} asked about`,
  )
})
