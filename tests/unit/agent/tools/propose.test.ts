import { argumentsDigest } from '@codelab/agent/tools/canonical'
import { checkToolCall } from '@codelab/agent/tools/propose'

const failed = (name: string, given: Record<string, unknown>, invalidArguments?: string) => {
  const checked = checkToolCall({ name, arguments: given, invalidArguments })
  if (checked.ok) throw new Error('accepted')
  return checked
}

test('a valid call comes back as it is', () => {
  const call = { name: 'read_file', arguments: { path: 'src/a.ts', start_line: 2 } }
  expect(checkToolCall(call)).toEqual({
    ok: true,
    ...call,
    digest: argumentsDigest(call.name, call.arguments),
  })
})

test.each([
  ['readfile', 'read_file'],
  ['read-file', 'read_file'],
  ['git_diff', 'git.diff'],
  ['gitdiff', 'git.diff'],
  ['write_fil', 'write_file'],
  ['remove_file', 'move_file'],
])('for %s it names %s', (wrong, right) => {
  const { code, field, message } = failed(wrong, {})
  expect({ code, field }).toEqual({ code: 'unknown_tool', field: 'tool_name' })
  expect(message).toContain(right)
})

test.each(['constructor', '__proto__', 'toString', '', 'a tool like no other there is'])(
  '%j is no tool, and all are listed or near ones named',
  (name) => {
    expect(failed(name, {}).message).toMatch(/Did you mean|The tools are: read_file/)
  },
)

test('a very long name is not repeated in full', () => {
  expect(failed('x'.repeat(10_000), {}).message.length).toBeLessThan(500)
})

test.each<[string, string, Record<string, unknown>, [string, string]]>([
  ['a missing argument', 'read_file', {}, ['arguments.path', 'missing']],
  ['a wrong type', 'read_file', { path: 5 }, ['arguments.path', 'string']],
  ['an absolute path', 'read_file', { path: '/etc/passwd' }, ['arguments.path', 'relative']],
  ['a path that climbs out', 'delete_file', { path: 'a/../../b' }, ['arguments.path', 'inside']],
  ['a wrong second path', 'move_file', { path: 'a', to: '..' }, ['arguments.to', 'inside']],
  [
    'an unknown argument',
    'read_file',
    { path: 'a', lines: 3 },
    ['arguments.lines', 'no such argument'],
  ],
  ['no edits', 'edit_file', { path: 'a', edits: [] }, ['arguments.edits', '1']],
  [
    'a wrong edit',
    'edit_file',
    { path: 'a', edits: [{ old: '', new: '' }] },
    ['arguments.edits.0.old', '1'],
  ],
  [
    'a number out of range',
    'read_file',
    { path: 'a', start_line: 0 },
    ['arguments.start_line', '1'],
  ],
  ['an empty command', 'execute_command', { argv: [] }, ['arguments.argv', '1']],
])('%s is named', (_, name, given, [field, hint]) => {
  const checked = failed(name, given)
  expect(checked).toMatchObject({ code: 'invalid_arguments', field })
  expect(checked.message).toContain(field)
  expect(checked.message).toContain(hint)
})

test('all problems are named at once, up to five', () => {
  const { message } = failed('move_file', { path: 1, extra: true })
  expect(message).toContain('arguments.path')
  expect(message).toContain('arguments.to')
  expect(message).toContain('arguments.extra')
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, 1]))
  expect(failed('read_file', { path: 'a', ...many }).message.length).toBeLessThan(1_000)
})

test('broken JSON is said to be broken, with its beginning', () => {
  const { field, message } = failed(
    'write_file',
    {},
    `{"path": "a", "content": "${'x'.repeat(5_000)}`,
  )
  expect(field).toBe('arguments')
  expect(message).toContain('not a JSON object')
  expect(message).toContain('\\"path\\"')
  expect(message.length).toBeLessThan(600)
})

test('an unknown tool with broken arguments is an unknown tool', () => {
  expect(failed('nope', {}, '{').code).toBe('unknown_tool')
})

test('a value is not repeated in the message', () => {
  expect(failed('read_file', { path: ['top secret'] }).message).not.toContain('top secret')
})
