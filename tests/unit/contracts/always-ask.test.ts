import { alwaysAsks, guardedKind, wordingOfGuarded } from '@codelab/contracts/always-ask'
import fc from 'fast-check'

test.each([
  ['.git/config', 'git'],
  ['sub/.git/hooks/x', 'git'],
  ['.GIT', 'git'],
  ['.vscode/settings.json', 'editor'],
  ['x.code-workspace', 'editor'],
  ['.github/workflows/ci.yml', 'ci'],
  ['.gitlab-ci.yml', 'ci'],
  ['.mcp.json', 'assistant'],
  ['docs/AGENTS.md', 'assistant'],
  ['.npmrc', 'packages'],
  ['.bashrc', 'shell'],
  ['.config/fish/config.fish', 'shell'],
  ['.env', 'secrets'],
  ['.env.production', 'secrets'],
  ['.ssh/config', 'secrets'],
  ['.codelab.json', 'own'],
])('%s is guarded: %s', (path, kind) => {
  expect(guardedKind(path)).toBe(kind)
  expect(alwaysAsks('write_file', { path })).toEqual({ path, kind })
  expect(wordingOfGuarded({ path, kind: guardedKind(path)! })).toContain(path)
})

test.each([
  'package.json',
  'Makefile',
  'src/env.ts',
  'environment.md',
  'git/config',
  'src/.gitkeep',
  '.gitignore',
  '.editorconfig',
  '.prettierrc',
  '.eslintrc.json',
  'vscode/settings.json',
  'github/workflows.md',
  'docs/agents.txt',
  'src/config/index.ts',
  'a~b.txt',
])('%s is an ordinary file', (path) => {
  expect(alwaysAsks('write_file', { path })).toBeUndefined()
})

test('reading asks for secrets only, and not for their templates', () => {
  expect(alwaysAsks('read_file', { path: '.env' })).toBeDefined()
  expect(alwaysAsks('search', { pattern: 'x', path: '.env.local' })).toBeDefined()
  expect(alwaysAsks('read_file', { path: '.env.example' })).toBeUndefined()
  expect(alwaysAsks('read_file', { path: '.vscode/settings.json' })).toBeUndefined()
  expect(alwaysAsks('list_files', { path: '.vscode' })).toBeUndefined()
})

test('a command asks when any of its words, or a piece of one, names such a file', () => {
  for (const argv of [
    ['cat', '.env'],
    ['cp', 'x', '--target-directory=.git/hooks'],
    ['sh', '-c', 'echo x>.bashrc'],
    ['tee', './sub/../.npmrc'],
  ])
    expect(alwaysAsks('execute_command', { argv })).toBeDefined()
  expect(alwaysAsks('execute_command', { argv: ['ls'], cwd: '.git' })).toBeDefined()
  for (const argv of [
    ['git', 'diff', 'HEAD~1'],
    ['npm', 'test'],
    ['cat', '.env.example', 'src/environment.ts'],
  ])
    expect(alwaysAsks('execute_command', { argv })).toBeUndefined()
})

test('a command too long to be looked through asks, and costs little', () => {
  const argv = ['sh', ...Array.from({ length: 300 }, (_, word) => `${word} `.repeat(9_000) + word)]
  const many = ['ls', ...Array.from({ length: 30_000 }, (_, word) => `x${word}`)]
  const start = performance.now()
  expect(alwaysAsks('execute_command', { argv })).toBeUndefined()
  expect(alwaysAsks('execute_command', { argv: many })?.kind).toBe('too_long')
  expect(performance.now() - start).toBeLessThan(10_000)
})

test('no ordinary way around a name: case, dots, folders before it', () => {
  const name = fc.constantFrom('.git', '.vscode', '.env', '.github', '.npmrc', '.codelab')
  const cased = fc
    .tuple(name, fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }))
    .map(([text, upper]) =>
      Array.from(text, (letter, index) => (upper[index] ? letter.toUpperCase() : letter)).join(''),
    )
  const before = fc.constantFrom('', './', 'a/', 'a/../', './/', 'a/b/', 'a\\')
  const after = fc.constantFrom('', '/x', '.', ' ', '::$DATA', '/', '\\x', '\u200d')
  fc.assert(
    fc.property(before, cased, after, (head, middle, tail) => {
      expect(alwaysAsks('write_file', { path: `${head}${middle}${tail}` })).toBeDefined()
    }),
    { numRuns: 1_000 },
  )
})
