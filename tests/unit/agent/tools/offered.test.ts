import { offeredTools, schemaTokens } from '@codelab/agent/tools/offered'
import { countTokens } from '@codelab/agent/context/tokens'
import { tools, type ApprovalRule } from '@codelab/contracts/tools'

const namesFor = (rules: ApprovalRule[], options?: { indexed: boolean }) =>
  offeredTools(rules, options).map((tool) => tool.function.name)
const always = Object.keys(tools).filter((name) => name !== 'search_semantic')

test('without rules every tool is offered, with a schema', () => {
  expect(namesFor([], { indexed: true })).toEqual(Object.keys(tools))
  for (const { function: tool } of offeredTools([])) {
    expect(tool.description).not.toBe('')
    expect(tool.parameters).toMatchObject({ type: 'object' })
  }
})

test('finding by meaning is offered where files are indexed, unless a rule denies it', () => {
  expect(namesFor([])).toEqual(always)
  const denied: ApprovalRule[] = [{ tool: 'search_semantic', action: 'deny' }]
  expect(namesFor(denied, { indexed: true })).toEqual(always)
})

test('a tool that is denied outright is not offered', () => {
  expect(namesFor([{ tool: 'execute_command', action: 'deny' }])).not.toContain('execute_command')
  expect(namesFor([{ tool: '*', action: 'deny' }])).toEqual([])
})

test.each<ApprovalRule>([
  { tool: 'read_file', path: 'secrets/**', action: 'deny' },
  { tool: 'execute_command', command: 'rm', action: 'deny' },
  { tool: 'delete_file', action: 'ask' },
])('%j leaves the tool on offer', (rule) => {
  expect(namesFor([rule])).toEqual(always)
})

test('the same rules give the same array, and its schemas count as their JSON', () => {
  const rules: ApprovalRule[] = []
  expect(offeredTools(rules)).toBe(offeredTools(rules))
  expect(schemaTokens(offeredTools(rules))).toBe(countTokens(JSON.stringify(offeredTools(rules))))
  expect(schemaTokens([])).toBe(0)
})
