import { createApprovalText } from '@codelab/cli/talk/approval-text'
import { describeCall, quoted } from '@codelab/cli/talk/describe-call'
import { createStyle } from '@codelab/cli/terminal/style'
import { textsIn } from '@codelab/cli/texts/texts'
import type { CallItem } from '@codelab/engine/conversation/state'

const call = (tool: string, args: CallItem['arguments'], more = {}): CallItem => ({
  kind: 'call',
  callId: 'c',
  tool,
  arguments: args,
  state: 'waiting_approval',
  ...more,
})
const describeIn = (language: 'en' | 'ru') =>
  createApprovalText({ style: createStyle(false), texts: textsIn(language) })

describe('what a person sees before deciding', () => {
  test('a command: each argument for itself, its folder and the reason', async () => {
    const text = await describeIn('en')(
      call(
        'execute_command',
        { argv: ['rm', '-rf', 'my dir', 'a\u202Eb\n'], cwd: 'src' },
        { reason: 'Commands are asked for.' },
      ),
    )
    expect(text).toContain('run this program in src:')
    expect(text).toContain('0  "rm"')
    expect(text).toContain('2  "my dir"')
    expect(text).toContain('3  "a\\u{202e}b\\n"')
    expect(text).toContain('Careful')
    expect(text).toContain('Rule: Commands are asked for.')
    expect(text).not.toContain('\u202E')
  })

  test.each([
    ['write_file', { path: 'a', content: 'x' }, 'write a'],
    ['edit_file', { path: 'a', edits: [] }, 'change a'],
    ['delete_file', { path: 'a' }, 'move to the trash a'],
    ['create_directory', { path: 'a' }, 'make the folder a'],
    ['move_file', { path: 'a', to: 'b' }, 'move a to b'],
    ['git.log', { limit: 3 }, 'run git.log {"limit":3}'],
  ])('%s', async (tool, args, line) => {
    expect((await describeIn('en')(call(tool, args))).split('\n')).toContain(line)
  })

  test('in Russian', async () => {
    expect(await describeIn('ru')(call('delete_file', { path: 'a' }))).toContain(
      'переместить в корзину a',
    )
  })
})

describe('a call in one line', () => {
  test.each([
    ['read_file', { path: 'src/a.ts' }, 'read_file src/a.ts'],
    ['search', { pattern: 'TODO', path: 'src' }, 'search TODO'],
    ['execute_command', { argv: ['npm', 'run', 'my test'] }, "execute_command npm run 'my test'"],
    ['git.status', {}, 'git.status'],
  ])('%s', (tool, args, line) => {
    expect(describeCall(tool, args)).toBe(line)
  })

  test('stays one line, however long or odd the arguments are', () => {
    expect(describeCall('read_file', { path: `${'x'.repeat(500)}` })).toHaveLength(100)
    expect(describeCall('read_file', { path: 'a\nb\u001B[2J' })).toBe('read_file a\\nb\\u{1b}[2J')
    expect(quoted("it's")).toBe("'it'\\''s'")
  })
})
