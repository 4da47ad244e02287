import fc from 'fast-check'
import { mapToolNames, namesIn } from '@codelab/llm-proxy/providers/tool-names'

test('a dot goes out as an underscore and comes back as a dot', () => {
  const names = mapToolNames(['git.diff', 'read_file'])
  expect(names.out('git.diff')).toBe('git_diff')
  expect(names.back('git_diff')).toBe('git.diff')
  expect(names.out('read_file')).toBe('read_file')
  expect(names.changed).toBe(true)
})

test('names that all fit change nothing', () => {
  expect(mapToolNames(['read_file', 'git_diff']).changed).toBe(false)
})

test('a name that fits keeps it, and the other gets a free one', () => {
  const names = mapToolNames(['git.diff', 'git_diff', 'git-diff', 'git/diff'])
  expect(names.out('git_diff')).toBe('git_diff')
  expect(names.back('git_diff')).toBe('git_diff')
  expect([names.out('git.diff'), names.out('git/diff')]).toEqual(['git_diff_2', 'git_diff_3'])
})

test('a name that a model makes up comes back as it is', () => {
  expect(mapToolNames(['git.diff']).back('no_such_tool')).toBe('no_such_tool')
})

test('any set of names goes out accepted, distinct, and comes back exactly', () => {
  const name = fc.string({
    minLength: 1,
    maxLength: 80,
    unit: fc.constantFrom('a', 'b', '.', '_', '-', ' ', '/', 'é'),
  })
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 20 }), (list) => {
      const names = mapToolNames(list)
      const out = list.map((each) => names.out(each))
      expect(new Set(out).size).toBe(list.length)
      expect(out.every((each) => /^[a-zA-Z0-9_-]{1,64}$/.test(each))).toBe(true)
      expect(out.map((each) => names.back(each))).toEqual(list)
    }),
  )
})

test('names are gathered from the tools, the choice and the calls of the conversation', () => {
  const found = namesIn({
    tools: [{ type: 'function', function: { name: 'git.diff' } }],
    toolChoice: { type: 'function', function: { name: 'git.status' } },
    messages: [
      {
        role: 'assistant',
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'git.log', arguments: '' } }],
      },
    ],
  })
  expect(found).toEqual(['git.diff', 'git.status', 'git.log'])
})
