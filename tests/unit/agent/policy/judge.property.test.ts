import { judge } from '@codelab/agent/policy/judge'
import { alwaysAsks } from '@codelab/contracts/always-ask'
import { tools, type ApprovalRule, type ToolName } from '@codelab/contracts/tools'
import fc from 'fast-check'

const name = fc.constantFrom('src', 'docs', 'secrets', '.env', 'A', 'é', 'x.ts')
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'))
const patternPart = fc.constantFrom(
  'src',
  'docs',
  'secrets',
  '.env',
  '*',
  '**',
  's*',
  '[a-s]*',
  '{src,docs}',
)
const pattern = fc
  .array(patternPart, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'))
const program = fc.constantFrom('rm', 'ls', 'git', 'curl', 'make')
const toolName = fc.constantFrom(...(Object.keys(tools) as ToolName[]))

const rule: fc.Arbitrary<ApprovalRule> = fc.record(
  {
    tool: fc.oneof(fc.constant('*'), toolName),
    path: pattern,
    command: fc.oneof(program, fc.constantFrom('*', 'r*', '/bin/*')),
    action: fc.constantFrom('allow' as const, 'ask' as const, 'deny' as const),
    reason: fc.constantFrom('one', 'two'),
  },
  { requiredKeys: ['tool', 'action'] },
)
const rules = fc.array(rule, { maxLength: 6 })

const call = fc.oneof(
  fc.record({
    tool: toolName.filter((tool) => tool !== 'execute_command'),
    arguments: fc.record({ path, to: path }),
  }),
  fc.record({
    tool: fc.constant('execute_command' as const),
    arguments: fc.record({ argv: fc.array(program, { minLength: 1, maxLength: 3 }), cwd: path }),
  }),
)

const strictness = { allow: 0, ask: 1, deny: 2 }
const judged = (
  given: { tool: string; arguments: Record<string, unknown> },
  by: ApprovalRule[],
  remembered = false,
) => judge({ ...given, rules: by, remembered })

test('no allowing rule and no remembered grant widens past a deny', () => {
  fc.assert(
    fc.property(call, rules, rules, fc.boolean(), (given, some, more, remembered) => {
      fc.pre(judged(given, some).action === 'deny')
      expect(judged(given, [...some, ...more], remembered).action).toBe('deny')
    }),
    { numRuns: 1000 },
  )
})

test('a further rule never makes a call that rules speak of less strict', () => {
  fc.assert(
    fc.property(call, rules, rule, (given, some, further) => {
      const spoken = judged(given, some)
      fc.pre(spoken.reason !== undefined)
      const action = judged(given, [...some, further]).action
      expect(strictness[action]).toBeGreaterThanOrEqual(strictness[spoken.action])
    }),
    { numRuns: 1000 },
  )
})

test('the order of the rules does not matter', () => {
  fc.assert(
    fc.property(
      call,
      rules.chain((some) =>
        fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })),
      ),
      (given, [some, shuffled]) => {
        expect(judged(given, shuffled)).toEqual(judged(given, some))
      },
    ),
    { numRuns: 1000 },
  )
})

test('a remembered grant changes nothing but ask into allow', () => {
  fc.assert(
    fc.property(call, rules, (given, some) => {
      const { action } = judged(given, some)
      const granted = action === 'ask' && !alwaysAsks(given.tool, given.arguments)
      expect(judged(given, some, true).action).toBe(granted ? 'allow' : action)
    }),
  )
})

/** Other spellings of a relative path that some file system takes for the same file. */
const respelt = (plain: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.array(fc.constantFrom('./', 'zzz/../', './/'), { maxLength: 3 }),
      fc.constantFrom<(text: string) => string>(
        (text) => text,
        (text) => text.toUpperCase(),
        (text) => text.normalize('NFD'),
        (text) => text.replaceAll('/', '\\'),
        (text) => text.replaceAll('/', '//'),
        (text) => text.replaceAll('/', '/./'),
        (text) => text.replaceAll('/', '/q/../'),
        (text) => `${text}/`,
        (text) => `${text}.`,
        (text) => text.replaceAll('/', '\u200b/'),
      ),
    )
    .map(([prefixes, change]) => prefixes.join('') + change(plain))

test('a denied path stays denied in every spelling', () => {
  const spelt = path.chain((plain) => fc.tuple(fc.constant(plain), respelt(plain)))
  fc.assert(
    fc.property(spelt, pattern, ([plain, spelling], glob) => {
      const by: ApprovalRule[] = [{ tool: '*', path: glob, action: 'deny' }]
      fc.pre(judged({ tool: 'write_file', arguments: { path: plain } }, by).action === 'deny')
      const action = judged({ tool: 'write_file', arguments: { path: spelling } }, by, true).action
      expect(action).toBe('deny')
    }),
    { numRuns: 2000 },
  )
})

const wrapped = fc
  .array(
    fc.constantFrom<(argv: string[]) => string[]>(
      (argv) => ['sudo', '-n', ...argv],
      (argv) => ['/usr/bin/env', 'X=1', ...argv],
      (argv) => ['timeout', '-k', '1', '5', ...argv],
      (argv) => ['xargs', '-I{}', ...argv],
      (argv) => ['busybox', ...argv],
      (argv) => ['sh', '-c', argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')],
      (argv) => ['nice', ...argv],
    ),
    { maxLength: 4 },
  )
  .map((wraps) => wraps.reduce((argv, wrap) => wrap(argv), ['/bin/rm', '-rf', 'x']))

test('a denied program stays denied behind any chain of launchers', () => {
  fc.assert(
    fc.property(wrapped, (argv) => {
      const by: ApprovalRule[] = [
        { tool: '*', action: 'allow' },
        { tool: 'execute_command', command: 'rm', action: 'deny' },
      ]
      expect(judged({ tool: 'execute_command', arguments: { argv } }, by, true).action).toBe('deny')
    }),
  )
})
