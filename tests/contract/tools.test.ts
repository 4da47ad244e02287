import {
  ApprovalRule,
  isToolName,
  RelativePath,
  staysInside,
  toolDefinition,
  type ToolName,
  tools,
} from '@codelab/contracts/tools'
import { ToolDefinition } from '@codelab/contracts/agent-llm'
import { agentTools } from '@codelab/contracts/runs-in-agent'
import { insidePaths, outsidePaths } from './examples/paths.ts'
import { checkExamples } from './check-examples.ts'
import type { Examples } from './examples/example.ts'

const git: Examples = {
  good: [{}, { path: 'src', staged: true, limit: 10 }],
  bad: [
    ['no limit at all', { limit: 0 }, 'limit'],
    ['an unknown argument', { ref: 'main' }, ''],
    ['staged in words', { staged: 'yes' }, 'staged'],
  ],
}

const examples: Record<ToolName, Examples> = {
  read_file: {
    good: [{ path: 'a' }, { path: 'a', start_line: 1, end_line: 2 }],
    bad: [
      ['no path', {}, 'path'],
      ['line 0', { path: 'a', start_line: 0 }, 'start_line'],
      ['a line in quotes', { path: 'a', end_line: '2' }, 'end_line'],
      ['an unknown argument', { path: 'a', encoding: 'utf8' }, ''],
    ],
  },
  list_files: {
    good: [{}, { path: 'src', glob: '**/*.ts', limit: 10_000 }],
    bad: [
      ['an empty glob', { glob: '' }, 'glob'],
      ['a limit too high', { limit: 10_001 }, 'limit'],
    ],
  },
  search: {
    good: [{ pattern: 'x' }, { pattern: '(', regex: true, path: '.', limit: 1 }],
    bad: [
      ['no pattern', {}, 'pattern'],
      ['an empty pattern', { pattern: '' }, 'pattern'],
    ],
  },
  'git.diff': git,
  'git.status': git,
  'git.log': git,
  write_file: {
    good: [
      { path: 'a', content: '' },
      { path: 'a/b', content: 'x', create_dirs: true },
    ],
    bad: [
      ['no content', { path: 'a' }, 'content'],
      ['content too long', { path: 'a', content: 'x'.repeat(1_048_577) }, 'content'],
    ],
  },
  edit_file: {
    good: [{ path: 'a', edits: [{ old: 'x', new: '' }] }],
    bad: [
      ['no edits', { path: 'a' }, 'edits'],
      ['an empty list', { path: 'a', edits: [] }, 'edits'],
      ['nothing to replace', { path: 'a', edits: [{ old: '', new: 'x' }] }, 'edits.0.old'],
      ['too many', { path: 'a', edits: Array(201).fill({ old: 'x', new: 'y' }) }, 'edits'],
    ],
  },
  create_directory: { good: [{ path: 'a/b' }], bad: [['no path', {}, 'path']] },
  move_file: {
    good: [{ path: 'a', to: 'b' }],
    bad: [
      ['no goal', { path: 'a' }, 'to'],
      ['a goal outside', { path: 'a', to: '../b' }, 'to'],
    ],
  },
  delete_file: { good: [{ path: 'a' }], bad: [['no path', {}, 'path']] },
  execute_command: {
    good: [{ argv: ['ls'] }, { argv: ['a', ''], cwd: 'src', timeout_s: 300 }],
    bad: [
      ['no program', { argv: [] }, 'argv'],
      ['a shell line', { argv: 'ls -l' }, 'argv'],
      ['a folder outside', { argv: ['ls'], cwd: '/tmp' }, 'cwd'],
      ['too long a time', { argv: ['ls'], timeout_s: 301 }, 'timeout_s'],
    ],
  },
  search_semantic: {
    good: [{ query: 'where is the fee decided?' }, { query: 'x', limit: 50 }],
    bad: [
      ['no query', {}, 'query'],
      ['an empty query', { query: '' }, 'query'],
      ['a limit too high', { query: 'x', limit: 51 }, 'limit'],
      ['a path, which it does not take', { query: 'x', path: 'src' }, ''],
    ],
  },
}

describe.each(Object.keys(tools) as ToolName[])('%s', (name) => {
  checkExamples(tools[name].arguments, examples[name])

  test('its definition is one that llm-proxy takes', () => {
    const definition = toolDefinition(name)
    expect(ToolDefinition.parse(definition)).toEqual(definition)
    expect(definition.function.parameters).toMatchObject({
      type: 'object',
      additionalProperties: false,
    })
  })
})

test('the corpus of paths is large and has no doubles', () => {
  const all = [...insidePaths, ...outsidePaths]
  expect(all.length).toBeGreaterThanOrEqual(100)
  expect(new Set(all).size).toBe(all.length)
})

const shown = (path: string) => [JSON.stringify(path.slice(0, 60)), path] as const
const withPath = (
  ['read_file', 'delete_file', 'create_directory', 'list_files', 'search', 'git.diff'] as const
).map((name) => tools[name].arguments)

test.each(insidePaths.map(shown))('the path %s is inside', (_, path) => {
  expect(RelativePath.safeParse(path).success).toBe(true)
  expect(staysInside(path)).toBe(true)
})

test.each(outsidePaths.map(shown))(
  'the path %s is refused by every tool, and the field named',
  (_, path) => {
    for (const schema of withPath) {
      const { error } = schema.safeParse({ path, pattern: 'x' })
      expect(error?.issues.some((issue) => issue.path[0] === 'path')).toBe(true)
    }
    expect(tools.move_file.arguments.safeParse({ path: 'a', to: path }).success).toBe(false)
    expect(tools.execute_command.arguments.safeParse({ argv: ['ls'], cwd: path }).success).toBe(
      false,
    )
  },
)

test.each(['constructor', '__proto__', 'toString', 'READ_FILE', 'git_diff', ''])(
  '%j is no tool',
  (name) => {
    expect(isToolName(name)).toBe(false)
  },
)

describe('an approval rule', () => {
  checkExamples(ApprovalRule, {
    good: [
      { tool: '*', action: 'deny' },
      { tool: 'read_file', path: 'secrets/**', action: 'ask', reason: 'Keys are in there.' },
      { tool: 'execute_command', command: 'rm', action: 'allow' },
    ],
    bad: [
      ['no tool', { action: 'deny' }, 'tool'],
      ['no action', { tool: '*' }, 'action'],
      ['an unknown action', { tool: '*', action: 'maybe' }, 'action'],
      ['an empty path', { tool: '*', path: '', action: 'deny' }, 'path'],
      ['a misspelt field, which would widen it', { tool: '*', paths: 'a', action: 'allow' }, ''],
    ],
  })
})

test('what the agent answers itself are tools', () => {
  expect(agentTools.filter((name) => !isToolName(name))).toEqual([])
})
