import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { link, mkdir, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { makeProject, type Project, secret, snapshot } from './project.ts'

/** A project with every kind of entry that has been used to get out of one. */
async function trapProject(): Promise<Project> {
  const project = await makeProject({
    'a.txt': 'inside a\n',
    'src/b.txt': 'inside b\n',
    'src/deep/c.txt': 'inside c\n',
    '.git/config': '[core]\n',
    '.git/hooks/post-commit': '#!/bin/sh\n',
  })
  const { root, top, outside } = project
  const at = (path: string) => project.at(path)
  await mkdir(at('empty'))
  const links: Record<string, string> = {
    'out-dir': outside,
    'out-dir-relative': '../outside',
    'out-file': join(outside, 'secret.txt'),
    'out-file-relative': '../outside/secret.txt',
    'out-new': join(outside, 'planted.txt'),
    'out-root': '/',
    'out-proc': '/proc/self/root',
    'out-cwd': '/proc/self/cwd',
    'out-sibling': `${root}-sibling`,
    'out-parent': '..',
    'out-top': top,
    'chain-1': 'chain-2',
    'chain-2': 'src/chain-3',
    'src/chain-3': '../../outside',
    'src/up': '../..',
    'src/up-file': '../../outside/secret.txt',
    'loop-1': 'loop-2',
    'loop-2': 'loop-1',
    self: 'self/self',
    'in-git': '.git',
    'in-hook': '.git/hooks/post-commit',
    'via-out-and-back': '../outside/../outside/secret.txt',
    dotted: './src/../../outside/secret.txt',
    'deep-out': 'src/deep/../../../outside',
  }
  for (const [name, target] of Object.entries(links)) await symlink(target, at(name))
  await writeFile(join(outside, 'linked.txt'), 'one file, two names')
  await link(join(outside, 'linked.txt'), at('hard'))
  execFileSync('mkfifo', [at('pipe')])
  return project
}

const longName = 'n'.repeat(300)

/** Spellings that lead out by themselves: refused with this very code. */
const leadOut = [
  '..',
  '../',
  '../..',
  '../outside',
  '../outside/secret.txt',
  '../project-sibling/secret.txt',
  '../project-sibling',
  './..',
  './../outside/secret.txt',
  'src/../..',
  'src/../../outside/secret.txt',
  'src/deep/../../../outside/secret.txt',
  'src//..//..//outside/secret.txt',
  'a.txt/../../outside/secret.txt',
  'none/../../outside/secret.txt',
  '.././outside/secret.txt',
  'src/./../.././outside/secret.txt',
  '../project/../outside/secret.txt',
  '../../../../../../../../etc/passwd',
  '/etc/passwd',
  '//etc/passwd',
  '///etc/passwd',
  '/',
  '/.',
  '/..',
  '/proc/self/environ',
  '/proc/self/root/etc/passwd',
  '/dev/null',
  '\\etc\\passwd',
  '\\\\server\\share',
  '\\\\?\\C:\\x',
  '..\\outside\\secret.txt',
  'src\\..\\..\\outside',
  '..\\',
  'src/..\\..',
  'C:',
  'C:\\Windows',
  'c:/x',
  'C:x',
  'Z:..\\x',
  'out-dir',
  'out-dir/',
  'out-dir/secret.txt',
  'out-dir/./secret.txt',
  'out-dir//secret.txt',
  'out-dir/new.txt',
  'out-dir/new/deep.txt',
  'out-dir-relative',
  'out-dir-relative/secret.txt',
  'out-file',
  'out-file-relative',
  'out-new',
  'out-root',
  'out-root/etc/passwd',
  'out-proc',
  'out-proc/etc/passwd',
  'out-cwd',
  'out-cwd/package.json',
  'out-sibling',
  'out-sibling/secret.txt',
  'out-parent',
  'out-parent/outside/secret.txt',
  'out-top',
  'out-top/outside/secret.txt',
  'chain-1',
  'chain-1/secret.txt',
  'chain-2/secret.txt',
  'src/chain-3',
  'src/chain-3/secret.txt',
  'src/up',
  'src/up/outside/secret.txt',
  'src/up-file',
  'via-out-and-back',
  'dotted',
  'deep-out',
  'deep-out/secret.txt',
  'src/../out-dir/secret.txt',
  './out-file',
  'empty/../out-file',
]

/** Every link that leads out, with every way of going on behind it and of coming to it. */
const outLinks = [
  'out-dir',
  'out-dir-relative',
  'out-top',
  'chain-1',
  'src/chain-3',
  'src/up',
  'deep-out',
]
const behind = [
  '/..',
  '/../outside',
  '/../project',
  '/../project/a.txt',
  '/x/../y',
  '//',
  '/./.',
  '/\u00a0',
]
const ways = [
  'src/../',
  'empty/../',
  './/',
  'src/deep/../../',
  'none/../',
  'a.txt/../',
  'loop-1/../',
  'pipe/../',
]
const generated = [
  ...outLinks.flatMap((link) => behind.map((rest) => `${link}${rest}`)),
  ...outLinks.flatMap((link) => ways.map((way) => `${way}${link}`)),
  ...[
    'out-file',
    'out-file-relative',
    'out-new',
    'dotted',
    'via-out-and-back',
    'src/up-file',
  ].flatMap((link) => ways.map((way) => `${way}${link}`)),
  ...['..', '../..', '/', '//', '\\', 'C:\\'].flatMap((start) =>
    ['etc/passwd', 'outside/secret.txt', 'project-sibling/secret.txt'].map(
      (rest) => `${start}/${rest}`,
    ),
  ),
]

/** Spellings of git's own files on one file system or another. */
const insideGit = [
  '.git',
  '.git/config',
  '.GIT/config',
  '.Git/hooks/post-commit',
  '.git/../.git/config',
  'src/../.git/config',
  './.git/config',
  '.git.',
  '.git ',
  '.git./config',
  '.git /config',
  '.git...',
  'git~1',
  'git~1/config',
  'GIT~1',
  '.git::$INDEX_ALLOCATION/config',
  '.g\u200cit/config',
  '.gi\u200dt/config',
  '.git\ufeff/config',
  '\uff0egit/config',
  'src/.git',
  'src/deep/.git/config',
  'none/.git/hooks/pre-commit',
  'in-git/config',
  'in-git/hooks/post-commit',
]

/** Spellings that must not lead out, whatever else becomes of them. */
const staysOrFails = [
  '.',
  './',
  './/',
  'src/..',
  'a.txt',
  './a.txt',
  'src//b.txt',
  'src/./b.txt',
  'src/deep/../b.txt',
  'none/../a.txt',
  'a.txt/',
  'a.txt/.',
  'a.txt/x',
  'a.txt/..',
  'src/',
  'src',
  'empty',
  'none',
  'none/none',
  'loop-1',
  'loop-1/x',
  'self',
  'self/x',
  'hard',
  'pipe',
  'pipe/x',
  '.g\u0131t/config',
  '.\u200bgit/config',
  'in-git',
  'in-git/config',
  'in-git/hooks/post-commit',
  'in-hook',
  '%2e%2e/outside/secret.txt',
  '..%2foutside%2fsecret.txt',
  '%2e%2e%2foutside',
  '..%5coutside',
  '%252e%252e/outside',
  '..%c0%af..%c0%afoutside',
  '%00',
  'a.txt%00.png',
  '....//outside/secret.txt',
  '.../outside',
  '....',
  '. ./outside',
  '.. /outside/secret.txt',
  ' ../outside/secret.txt',
  '..;/outside/secret.txt',
  '..\u2215outside',
  '..\u2044outside\u2044secret.txt',
  '\u2024\u2024/outside',
  '\uff0e\uff0e/outside/secret.txt',
  '..\u00a0/outside',
  '\u202e..',
  '\u200b../outside',
  '~',
  '~/',
  '~root',
  '~/.ssh/id_rsa',
  '$HOME',
  '${HOME}/.ssh',
  '$(pwd)',
  '`pwd`',
  '|cat /etc/passwd',
  ';ls',
  '&',
  '*',
  '?',
  '[a]',
  '{a,b}',
  'src/*',
  '-',
  '--',
  '-rf',
  '--help',
  '--output=/etc/x',
  '@/etc/passwd',
  'file:///etc/passwd',
  'file://a.txt',
  'http://127.0.0.1/',
  'NUL',
  'CON',
  'aux.txt',
  'a.txt::$DATA',
  'A.TXT',
  'SRC/B.TXT',
  'a.txt.',
  'a.txt ',
  ' a.txt',
  'a\u0301',
  '\u00e1',
  'ﬁle',
  'K',
  '\ud83d\ude00',
  'a\nb',
  'a\rb',
  'a\tb',
  '\u0001',
  '\u001b[2J',
  '\u007f',
  longName,
  `${longName}/x`,
  `src/${longName}`,
  'x/'.repeat(300) + 'y',
  `${'src/../'.repeat(300)}a.txt`,
  'a'.repeat(4096),
  '\ud800',
  'x\udfffy',
  'constructor',
  '__proto__',
  'proc/self/root',
  'dev/null',
  'in-git',
  'in-hook',
  'git',
  '.gitignore',
  '.gitattributes',
  'x.git',
  '.git2',
  'src\\b.txt',
  'src/deep/',
  'src/deep/c.txt',
  './src/deep/../deep/c.txt',
  'src/deep/c.txt/',
  'src/deep/c.txt/..',
  'empty/.',
  'empty/..',
  'empty/x',
  'hard/x',
  'loop-2',
  'self/self',
  'self/..',
  'loop-1/..',
  'pipe/..',
  'planted',
]

/** Nothing that a schema calls a path. */
const noPaths = ['', '\0', 'a\0b', '../\0', 'a.txt\0.png', 'x'.repeat(4097)]

const calls = (path: string): [string, object][] => [
  ['read_file', { path }],
  ['list_files', { path }],
  ['search', { pattern: 'SECRET', path }],
  ['write_file', { path, content: 'planted' }],
  ['write_file', { path, content: 'planted', create_dirs: true }],
  ['write_file', { path: `${path}/planted`, content: 'planted', create_dirs: true }],
  ['edit_file', { path, edits: [{ old: 'SECRET', new: 'planted' }] }],
  ['create_directory', { path: `${path}/planted` }],
  ['move_file', { path, to: 'moved-in' }],
  ['move_file', { path: 'a.txt', to: path }],
  ['move_file', { path: 'src/b.txt', to: `${path}/planted` }],
  ['delete_file', { path }],
]

const tried = { paths: 0, calls: 0, escapes: 0 }
afterAll(() => {
  console.info(
    `path cases: ${tried.paths} paths, ${tried.calls} calls of file tools: ${tried.escapes} escapes`,
  )
})

let project: Project
let before: Record<string, string>

beforeEach(async () => {
  project = await trapProject()
  before = await surroundings()
})
afterEach(() => project.close())

async function surroundings() {
  const seen = await snapshot(project.top)
  return Object.fromEntries(
    Object.entries(seen).filter(
      ([path]) => !path.startsWith(`${project.root}/`) || path.startsWith(`${project.root}/.git/`),
    ),
  )
}

/** Makes every call and answers the codes; nothing of the outside may show or change. */
async function tryAll(path: string): Promise<Record<string, string>> {
  const codes: Record<string, string> = {}
  tried.paths += 1
  for (const [name, args] of calls(path)) {
    const outcome = await project.run(name, args)
    tried.calls += 1
    codes[`${name} ${Object.keys(args).join()}`] =
      'error' in outcome ? outcome.error.code : 'result'
    const seen = JSON.stringify(outcome).includes(secret)
    const changes = name === 'move_file' || name === 'delete_file'
    const changed = changes && !isDeepStrictEqual(await surroundings(), before)
    if (seen || changed) tried.escapes += 1
    expect({ path, name, seen, changed }).toEqual({ path, name, seen: false, changed: false })
  }
  return codes
}

/** Runs last: a command may be started among git's own files, if a person wants that. */
async function tryCommand(path: string): Promise<string> {
  const code = await project.code('execute_command', { argv: ['touch', 'planted'], cwd: path })
  const changed = Object.keys(await surroundings()).filter((entry) => !(entry in before))
  expect(changed.filter((entry) => !entry.startsWith(project.root))).toEqual([])
  return code
}

test('the corpus is large', () => {
  expect(
    new Set([...leadOut, ...generated, ...insideGit, ...staysOrFails, ...noPaths]).size,
  ).toBeGreaterThanOrEqual(400)
})

describe('a path that leads out of the project', () => {
  test.each(leadOut)('%j is refused by every tool', async (path) => {
    const codes = await tryAll(path)
    expect(new Set(Object.values(codes))).toEqual(new Set(['path_outside_workspace']))
    expect(await tryCommand(path)).toBe('path_outside_workspace')
  })
})

/** What lies behind a link is either outside, or the way back into the project is refused for its own reason. */
describe('a path through a link that leads out', () => {
  test.each(generated)('%j shows and changes nothing outside', async (path) => {
    const codes = await tryAll(path)
    expect(Object.values(codes)).not.toContain('failed')
    await tryCommand(path)
  })
})

describe('a path that is only odd', () => {
  test.each(staysOrFails)('%j shows and changes nothing outside', async (path) => {
    await tryAll(path)
    await tryCommand(path)
  })
})

describe('a text that is no path', () => {
  test.each(noPaths)('%j is refused by every tool', async (path) => {
    for (const [name, args] of calls(path).filter(([, args]) => Object.values(args).includes(path)))
      expect(['invalid_arguments', 'path_outside_workspace']).toContain(
        await project.code(name, args),
      )
  })
})

describe("a path of git's own files", () => {
  test.each(insideGit)('%j is never changed', async (path) => {
    const codes = await tryAll(path)
    const changes = Object.entries(codes).filter(([call]) => !/^(?:read|list|search)/.test(call))
    const refusals = changes.map(([, code]) => code)
    // Below a link to a file there is nothing to begin with.
    const below = path.startsWith('in-git') ? ['not_a_directory'] : []
    expect(['permission_denied', ...below]).toEqual(expect.arrayContaining(refusals))
  })
})

test('pipes are refused without waiting for a writer', async () => {
  for (const [name, args] of [
    ['read_file', { path: 'pipe' }],
    ['write_file', { path: 'pipe', content: '' }],
    ['delete_file', { path: 'pipe' }],
    ['move_file', { path: 'pipe', to: 'pipe2' }],
    ['search', { pattern: 'x', path: 'pipe' }],
  ] as const)
    expect(await project.code(name, args)).toBe('not_a_file')
  expect(await project.code('list_files', { path: 'pipe' })).toBe('not_a_directory')
})

test('neither are sockets and devices', async () => {
  const server = createServer().listen(project.at('socket'))
  await once(server, 'listening')
  // Only root makes devices; where the system refuses, a link to one stands in, which leads out.
  const made = spawnSync('mknod', [project.at('null'), 'c', '1', '3']).status === 0
  if (!made) await symlink('/dev/null', project.at('null'))
  for (const path of ['socket', 'null'])
    for (const [name, args] of calls(path).filter(([name]) =>
      /read|write|edit|move|delete/.test(name),
    )) {
      if (!Object.values(args).includes(path)) continue
      const code = await project.code(name, args)
      expect({ name, args, code }).toEqual({
        name,
        args,
        code: expect.stringMatching(/^(?:not_a_file|path_outside_workspace|already_exists)$/),
      })
    }
  server.close()
})

test('a file with a second name is read but not written', async () => {
  expect(await project.code('write_file', { path: 'hard', content: 'x' })).toBe('permission_denied')
  expect(await project.code('edit_file', { path: 'hard', edits: [{ old: 'two', new: 'x' }] })).toBe(
    'permission_denied',
  )
  expect(await surroundings()).toEqual(before)
})
