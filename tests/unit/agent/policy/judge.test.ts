import { judge } from '@codelab/agent/policy/judge'
import { tools, type ApprovalRule, type ToolName } from '@codelab/contracts/tools'

const deny = (rule: Partial<ApprovalRule>): ApprovalRule => ({ tool: '*', action: 'deny', ...rule })
const ask = (rule: Partial<ApprovalRule>): ApprovalRule => ({ tool: '*', action: 'ask', ...rule })
const allow = (rule: Partial<ApprovalRule>): ApprovalRule => ({
  tool: '*',
  action: 'allow',
  ...rule,
})

const actionOf = (
  tool: string,
  given: Record<string, unknown>,
  rules: ApprovalRule[] = [],
  remembered = false,
) => judge({ tool, arguments: given, rules, remembered }).action

test.each(Object.keys(tools) as ToolName[])('without rules %s keeps its own action', (tool) => {
  expect(actionOf(tool, {})).toBe(tools[tool].action)
})

test('an unknown tool is denied', () => {
  expect(actionOf('constructor', {}, [allow({})])).toBe('deny')
})

test('the strictest of the matching rules wins', () => {
  const call = ['delete_file', { path: 'a' }] as const
  expect(actionOf(...call, [allow({})])).toBe('allow')
  expect(actionOf(...call, [allow({}), ask({ path: 'a' })])).toBe('ask')
  expect(actionOf(...call, [allow({}), ask({}), deny({ tool: 'delete_file' })])).toBe('deny')
  expect(actionOf(...call, [deny({ tool: 'write_file' })])).toBe('ask')
})

test('a rule may raise what a tool does by itself', () => {
  expect(actionOf('read_file', { path: 'a' }, [ask({ tool: 'read_file' })])).toBe('ask')
})

test('the reason is the rule’s own, else it names the rule', () => {
  const call = { tool: 'read_file', arguments: { path: 'a' }, remembered: false }
  expect(judge({ ...call, rules: [deny({ reason: 'No.' })] })).toEqual({
    action: 'deny',
    reason: 'No.',
  })
  expect(judge({ ...call, rules: [deny({ path: 'a' })] }).reason).toContain('every tool on a')
  expect(judge({ ...call, rules: [] })).toEqual({ action: 'allow' })
})

test('a remembered grant turns ask into allow and leaves deny', () => {
  expect(actionOf('delete_file', { path: 'a' }, [], true)).toBe('allow')
  expect(actionOf('delete_file', { path: 'a' }, [ask({})], true)).toBe('allow')
  expect(actionOf('delete_file', { path: 'a' }, [deny({})], true)).toBe('deny')
})

describe('a denied path is not reached by another spelling:', () => {
  const rules = [deny({ path: 'secrets/.env' })]
  test.each([
    'secrets/.env',
    './secrets/.env',
    'secrets//.env',
    'secrets/./.env',
    'a/../secrets/.env',
    'secrets/a/b/../../.env',
    'secrets\\.env',
    'a\\..\\secrets\\.env',
    'SECRETS/.ENV',
    'Secrets/.Env',
    'ſecrets/.env',
    'secrets/.env/',
    'secrets/.env/.',
    'secrets/.env.',
    'secrets/.env ',
    'secrets./.env',
    'secrets/.env::$DATA',
    'secrets/.e\u200dnv',
    'se\u00adcrets/.env',
    'secrets/.env\ufeff',
  ])('%j', (path) => {
    expect(actionOf('read_file', { path }, rules)).toBe('deny')
  })
  test.each(['secrets/.environment', 'secrets', 'other/.env', 'secrets/x/.env'])(
    'but %j is another path',
    (path) => expect(actionOf('read_file', { path }, rules)).not.toBe('deny'),
  )
})

test('composed and decomposed letters are one spelling', () => {
  expect(actionOf('read_file', { path: 'cafe\u0301' }, [deny({ path: 'caf\u00e9' })])).toBe('deny')
  expect(actionOf('read_file', { path: 'caf\u00e9' }, [deny({ path: 'cafe\u0301' })])).toBe('deny')
  expect(actionOf('write_file', { path: 'cafe\u0301' }, [allow({ path: 'caf\u00e9' })])).toBe(
    'allow',
  )
})

test.each(['secrets/**', './secrets/**', '/secrets/**', 'secrets/', 'secrets\\**', 'SECRETS/**'])(
  'a pattern may be spelt %s',
  (path) => {
    expect(actionOf('read_file', { path: 'secrets/a/b' }, [deny({ path })])).toBe('deny')
    expect(actionOf('read_file', { path: 'src/a' }, [deny({ path })])).toBe('allow')
  },
)

test('any path of the arguments may be the denied one', () => {
  const rules = [deny({ path: 'secrets/**' })]
  expect(actionOf('move_file', { path: 'a', to: 'secrets/a' }, rules)).toBe('deny')
  expect(actionOf('move_file', { path: 'secrets/a', to: 'a' }, rules)).toBe('deny')
  expect(actionOf('move_file', { path: 'secrets', to: 'a' }, rules)).toBe('deny')
  expect(actionOf('execute_command', { argv: ['ls'], cwd: 'secrets' }, rules)).toBe('deny')
  expect(actionOf('list_files', { glob: 'secrets/*' }, rules)).toBe('deny')
  expect(actionOf('list_files', {}, rules)).toBe('allow')
})

test('a missing path means the project folder, as if it were spelt', () => {
  const rules = [deny({ path: '.' })]
  expect(actionOf('list_files', {}, rules)).toBe('deny')
  expect(actionOf('list_files', { path: './' }, rules)).toBe('deny')
  expect(actionOf('execute_command', { argv: ['ls'] }, rules)).toBe('deny')
})

test('a call that takes a folder with something forbidden in it is asked about', () => {
  const rules = [deny({ path: 'config/secrets/**' })]
  const whole = { tool: 'search', arguments: { pattern: 'key' }, rules, remembered: false }
  expect(judge(whole)).toMatchObject({
    action: 'ask',
    reason: expect.stringContaining('may include'),
  })
  expect(actionOf('search', { pattern: 'key', path: 'config' }, rules)).toBe('ask')
  expect(actionOf('search', { pattern: 'key', path: 'src' }, rules)).toBe('allow')
  expect(actionOf('search', { pattern: 'key', path: 'config/secrets' }, rules)).toBe('deny')
  expect(actionOf('git.diff', {}, rules)).toBe('ask')
  expect(actionOf('move_file', { path: 'config', to: 'x' }, [...rules, allow({})])).toBe('ask')
})

describe('an allowing rule matches narrowly:', () => {
  test.each([
    ['every path has to match', 'move_file', { path: 'docs/a', to: '.git/hooks/a' }, 'docs/**'],
    ['case counts', 'write_file', { path: 'Docs/a' }, 'docs/**'],
    ['hidden names are not meant by wildcards', 'write_file', { path: '.env' }, '**'],
    ['a path with .. is not', 'write_file', { path: 'docs/../docs/a' }, 'docs/**'],
    ['a path with a backslash is not', 'write_file', { path: 'docs\\a' }, 'docs/**'],
    ['the folder itself is not below it', 'delete_file', { path: 'docs' }, 'docs/**'],
    [
      'a working folder does not allow commands',
      'execute_command',
      { argv: ['rm'], cwd: 'docs/a' },
      'docs/**',
    ],
  ])('%s', (_, tool, given, path) => {
    expect(actionOf(tool, given, [allow({ path })])).toBe('ask')
  })

  test('but takes plain spellings', () => {
    const rules = [allow({ path: 'docs/**' })]
    for (const path of ['docs/a', './docs/a', 'docs//a']) {
      expect(actionOf('write_file', { path }, rules)).toBe('allow')
    }
    expect(actionOf('move_file', { path: 'docs/a', to: 'docs/b/c' }, rules)).toBe('allow')
    const named = [allow({ tool: 'execute_command', path: 'docs/**' })]
    expect(actionOf('execute_command', { argv: ['ls'], cwd: 'docs/a' }, named)).toBe('allow')
  })
})

describe('commands', () => {
  const run = (...argv: string[]) => ['execute_command', { argv }] as const

  test('a deny looks behind launchers, an allow does not', () => {
    const rules = [allow({ tool: 'execute_command' }), deny({ command: 'rm' })]
    expect(actionOf(...run('ls'), rules)).toBe('allow')
    expect(actionOf(...run('rm', 'x'), rules)).toBe('deny')
    expect(actionOf(...run('sudo', 'rm', 'x'), rules)).toBe('deny')
    expect(actionOf(...run('sh', '-c', 'true && /bin/rm x'), rules)).toBe('deny')
    expect(actionOf(...run('rmdir', 'x'), rules)).toBe('allow')
  })

  test.each([
    ['git', true],
    ['/usr/bin/git', false],
    ['./git', false],
    ['GIT', false],
    ['git.exe', false],
    ['env', false],
  ])('allowing git allows %s: %s', (program, allowed) => {
    const action = actionOf(...run(program, 'status'), [allow({ command: 'git' })])
    expect(action).toBe(allowed ? 'allow' : 'ask')
  })

  test('patterns of programs', () => {
    expect(actionOf(...run('/usr/sbin/iptables'), [deny({ command: 'ip*' })])).toBe('deny')
    expect(actionOf(...run('/usr/sbin/x'), [deny({ command: '/usr/sbin/*' })])).toBe('deny')
    expect(actionOf(...run('x'), [deny({ command: '*' })])).toBe('deny')
    expect(actionOf(...run('rm'), [deny({ command: 'RM.exe' })])).toBe('deny')
  })

  test('a rule with both needs both', () => {
    const rules = [deny({ command: 'make', path: 'infra/**' })]
    expect(actionOf('execute_command', { argv: ['make'], cwd: 'infra/a' }, rules)).toBe('deny')
    expect(actionOf('execute_command', { argv: ['make'], cwd: 'src' }, rules)).toBe('ask')
    expect(actionOf('execute_command', { argv: ['ls'], cwd: 'infra/a' }, rules)).toBe('ask')
  })

  test('a rule on commands does not speak of other tools', () => {
    expect(actionOf('read_file', { path: 'rm' }, [deny({ command: '*' })])).toBe('allow')
  })
})

test('git tools may be named as vendors spell them', () => {
  expect(actionOf('git.diff', {}, [deny({ tool: 'git_diff' })])).toBe('deny')
})
