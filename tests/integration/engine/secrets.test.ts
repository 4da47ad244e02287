import { execFileSync } from 'node:child_process'
import { makeProject, type Project } from './project.ts'

/** What always asks is not read along with other things. */
let project: Project
beforeEach(async () => {
  project = await makeProject({
    '.env': 'KEY=one\n',
    'sub/.env.local': 'KEY=two\n',
    'a.txt': 'KEY\n',
  })
  const git = (...args: string[]) => execFileSync('git', ['-C', project.root, ...args])
  git('init', '-q')
  git('add', '-A')
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'first')
  await project.write('.env', 'KEY=three\n')
  await project.write('sub/.env.local', 'KEY=four\n')
  await project.write('a.txt', 'KEY changed\n')
})
afterEach(() => project.close())

test('a search of the project leaves secrets out, one that names them does not', async () => {
  expect(await project.result('search', { pattern: 'KEY' })).toBe('a.txt:1: KEY changed')
  expect(await project.result('search', { pattern: 'KEY', path: 'sub' })).toBe('[No matches.]')
  expect(await project.result('search', { pattern: 'KEY', path: '.env' })).toBe('.env:1: KEY=three')
})

test.each([[{}], [{ path: 'sub' }], [{ path: '.' }]])('so does a diff of %j', async (args) => {
  const diff = String(await project.result('git.diff', args))
  for (const value of ['one', 'two', 'three', 'four']) expect(diff).not.toContain(value)
  expect(diff).toContain('left out')
  expect(String(await project.result('git.diff', { path: '.env' }))).toContain('+KEY=three')
})

test('of a merge in conflict too', async () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', project.root, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args])
  git('commit', '-qam', 'second')
  git('checkout', '-q', '-b', 'other', 'HEAD~1')
  await project.write('.env', 'KEY=five\n')
  git('commit', '-qam', 'third')
  expect(() => git('merge', '-q', '-')).toThrow()
  const diff = String(await project.result('git.diff', {}))
  expect(diff).not.toContain('five')
  expect(diff).toContain('.env: left out')
})
