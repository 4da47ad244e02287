import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { maxFileBytes, maxResultBytes } from '@codelab/contracts/tools'
import { makeProject, type Project } from './project.ts'

let project: Project
beforeEach(async () => {
  project = await makeProject({
    'README.md': '# Walrus\n\nThe walrus lives here.\n',
    'src/main.ts': 'const walrus = 1\nconst other = 2\n',
    'src/deep/x.tsx': 'walrus\n',
    '.gitignore': 'dist/\n*.log\n',
    'src/.gitignore': '/secret-*\n',
    'src/secret-1': 'walrus\n',
    'src/deep/secret-2': 'walrus\n',
    'dist/out.js': 'walrus\n',
    'x.log': 'walrus\n',
    '.env.example': 'A=1\n',
    '.git/config': 'walrus\n',
  })
})
afterEach(() => project.close())

describe('read_file', () => {
  const read = (args: object) => project.result('read_file', args)

  test('answers a whole file as it is', async () => {
    expect(await read({ path: 'src/main.ts' })).toBe('const walrus = 1\nconst other = 2\n')
    await project.write('empty', '')
    expect(await read({ path: 'empty' })).toBe('')
    await project.write('bom', '\ufeffa\r\nb')
    expect(await read({ path: 'bom' })).toBe('\ufeffa\r\nb')
    expect(await read({ path: 'bom', start_line: 1, end_line: 9 })).toBe('\ufeffa\r\nb')
  })

  test('answers lines, counted from 1 and inclusive, and says which of how many', async () => {
    await project.write('n', '1\n2\n3\n4\n5')
    expect(await read({ path: 'n', start_line: 2, end_line: 3 })).toBe(
      '2\n3\n\n[Lines 2 to 3 of 5. To read on, use start_line 4.]',
    )
    expect(await read({ path: 'n', start_line: 5 })).toBe('5\n[Lines 5 to 5 of 5.]')
    expect(await project.code('read_file', { path: 'n', start_line: 6 })).toBe('invalid_arguments')
    expect(await project.code('read_file', { path: 'n', start_line: 3, end_line: 2 })).toBe(
      'invalid_arguments',
    )
  })

  test('a file whose JSON is too large is cut at a line, and says so', async () => {
    await project.write('quotes', `${'"'.repeat(99)}\n`.repeat(10_000))
    const text = (await read({ path: 'quotes' })) as string
    expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThanOrEqual(maxResultBytes)
    const shown = /\[Lines 1 to (\d+) of 10000\. To read on, use start_line (\d+)\.\]$/.exec(text)
    expect(Number(shown?.[2])).toBe(Number(shown?.[1]) + 1)
    await project.write('control', '\u0001'.repeat(maxFileBytes))
    expect(await project.code('read_file', { path: 'control' })).toBe('result_too_large')
  })

  test('takes exactly 1 MiB and not a byte more', async () => {
    await project.write('big', `${'x'.repeat(1023)}\n`.repeat(1024))
    expect(await project.code('read_file', { path: 'big', start_line: 1, end_line: 1 })).toContain(
      'no failure',
    )
    await appendFile(project.at('big'), 'x')
    expect(await project.code('read_file', { path: 'big' })).toBe('file_too_large')
  })

  test.each([
    [[0xff]],
    [[0xc3]],
    [[0xc0, 0xaf]],
    [[0xed, 0xa0, 0x80]],
    [[0xf4, 0x90, 0x80, 0x80]],
    [[0x61, 0x00]],
    [[0xfe, 0xff, 0, 0x61]],
  ])('bytes %j are not text', async (bytes) => {
    await project.write('bytes', Buffer.from(bytes))
    expect(await project.code('read_file', { path: 'bytes' })).toBe('not_text')
  })

  test('follows links that stay inside', async () => {
    await symlink('src', project.at('alias'))
    await symlink(project.at('README.md'), project.at('absolute'))
    await symlink('../../project/README.md', project.at('src/around'))
    expect(await read({ path: 'alias/deep/x.tsx' })).toBe('walrus\n')
    expect(await read({ path: 'absolute' })).toContain('Walrus')
    expect(await read({ path: 'src/around' })).toContain('Walrus')
  })
})

describe('list_files', () => {
  const list = async (args: object = {}) =>
    ((await project.result('list_files', args)) as string).split('\n')

  test('is sorted, marks folders, and leaves out what git ignores', async () => {
    expect(await list()).toEqual([
      '.env.example',
      '.gitignore',
      'README.md',
      'src/',
      'src/.gitignore',
      'src/deep/',
      'src/deep/secret-2',
      'src/deep/x.tsx',
      'src/main.ts',
    ])
  })

  test('lists what git would add', async () => {
    await project.write(
      '.gitignore',
      'dist/\n*.log\n!src/keep.log\n/only-here\nsrc/**/gen\n\\!odd\n# c\n',
    )
    for (const path of [
      'src/keep.log',
      'src/lost.log',
      'only-here',
      'src/only-here',
      'src/a/b/gen',
      '!odd',
      'odd',
      'build/dist/x',
      'é.txt',
      'with space',
    ])
      await project.write(path, '1')
    const other = await makeProject()
    execFileSync('cp', ['-r', `${project.root}/.`, other.root])
    execFileSync('rm', ['-rf', `${other.root}/.git`])
    execFileSync('git', ['-C', other.root, 'init', '-q'])
    const expected = execFileSync(
      'git',
      ['-C', other.root, 'ls-files', '-z', '--others', '--exclude-standard'],
      {
        encoding: 'utf8',
      },
    )
    const files = (await list({ limit: 1000 })).filter((line) => !line.endsWith('/'))
    expect(files.toSorted()).toEqual(expected.split('\0').filter(Boolean).toSorted())
    await other.close()
  })

  test.each([
    ['*.ts', ['src/main.ts']],
    ['**/*.{ts,tsx}', ['src/deep/x.tsx', 'src/main.ts']],
    ['src/*', ['src/.gitignore', 'src/deep/', 'src/main.ts']],
    ['*.none', ['[Nothing found.]']],
  ])('glob %s', async (glob, expected) => {
    expect(await list({ glob })).toEqual(expected)
  })

  test('a folder that is named is listed, also an ignored one', async () => {
    expect(await list({ path: 'src/deep' })).toEqual(['src/deep/secret-2', 'src/deep/x.tsx'])
    expect(await list({ path: 'src', glob: 'deep/*' })).toEqual([
      'src/deep/secret-2',
      'src/deep/x.tsx',
    ])
    expect(await list({ path: 'dist' })).toEqual(['dist/out.js'])
    expect(await project.code('list_files', { path: 'README.md' })).toBe('not_a_directory')
    expect(await project.code('list_files', { path: 'none' })).toBe('file_not_found')
  })

  test('keeps the nearest within the limit and says that there is more', async () => {
    const lines = await list({ limit: 4 })
    expect(lines.slice(0, 4)).toEqual(['.env.example', '.gitignore', 'README.md', 'src/'])
    expect(lines[4]).toContain('more than these 4')
    expect(await list({ limit: 9 })).toHaveLength(9)
  })

  test('names links and does not follow them', async () => {
    await symlink(project.outside, project.at('out'))
    await symlink('.', project.at('round'))
    expect((await list()).filter((line) => /out|round/.test(line))).toEqual(['out', 'round'])
  })
})

describe('search', () => {
  const search = async (args: object) =>
    ((await project.result('search', args)) as string).split('\n')

  test('finds plain text with its place, in order, without what git ignores', async () => {
    expect(await search({ pattern: 'walrus' })).toEqual([
      'README.md:3: The walrus lives here.',
      'src/deep/secret-2:1: walrus',
      'src/deep/x.tsx:1: walrus',
      'src/main.ts:1: const walrus = 1',
    ])
    expect(await search({ pattern: 'w.lrus' })).toEqual(['[No matches.]'])
    expect(await search({ pattern: 'w.lrus', regex: true, path: 'README.md' })).toEqual([
      'README.md:3: The walrus lives here.',
    ])
  })

  test('in a folder keeps to the rules above it; an ignored folder that is named is searched', async () => {
    await project.write('src/deep/y.log', 'walrus\n')
    await project.write('src/dist/z', 'walrus\n')
    expect(await search({ pattern: 'walrus', path: 'src' })).toEqual([
      'src/deep/secret-2:1: walrus',
      'src/deep/x.tsx:1: walrus',
      'src/main.ts:1: const walrus = 1',
    ])
    expect(await search({ pattern: 'walrus', path: 'dist' })).toEqual(['dist/out.js:1: walrus'])
  })

  test.each([
    '--pre=touch planted',
    '-f/etc/passwd',
    '--files',
    '-',
    '--',
    '--no-ignore',
    '--hostname-bin=x',
    '-e',
  ])('the pattern %s is text, not an option', async (pattern) => {
    await project.write('options', `x ${pattern} x\n`)
    expect(await search({ pattern })).toContain(`options:1: x ${pattern} x`)
  })

  test('settings of ripgrep in the project or environment do not count', async () => {
    await project.write('rgrc', '--pre=touch\n')
    await project.write('.ignore', '*\n')
    await project.write('.rgignore', '*\n')
    expect(await search({ pattern: 'const walrus' })).toEqual(['src/main.ts:1: const walrus = 1'])
  })

  test('says when there is more', async () => {
    await project.write('many', 'walrus\n'.repeat(50))
    const lines = await search({ pattern: 'walrus', path: 'many', limit: 5 })
    expect(lines).toHaveLength(6)
    expect(lines[5]).toContain('more than these 5')
  })

  test.each(['(', '[', '*', 'a{99999}{99999}', '(?<x'])(
    'a broken expression (%s) is a bad argument',
    async (pattern) => {
      expect(await project.code('search', { pattern, regex: true })).toBe('invalid_arguments')
    },
  )

  test('an expression that is slow elsewhere is not', async () => {
    await project.write('slow', `${'a'.repeat(5_000)}!\n`)
    expect(await search({ pattern: '(a+)+$', regex: true, path: 'slow' })).toEqual([
      '[No matches.]',
    ])
  })

  test('odd names, long lines, binary and large files', async () => {
    await project.write('odd: name\twith é.txt', 'walrus\n')
    await project.write('long', `${'x'.repeat(10_000)}walrus\n`)
    await project.write('bin', Buffer.from('walrus\0\n'))
    await project.write('large', `walrus\n${'x\n'.repeat(maxFileBytes)}`)
    const lines = await search({ pattern: 'walrus' })
    expect(lines).toContain('odd: name\twith é.txt:1: walrus')
    expect(lines.find((line) => line.startsWith('long:1: '))?.length).toBeLessThan(600)
    expect(lines.some((line) => /^(?:bin|large):/.test(line))).toBe(false)
  })

  test('reads through no link', async () => {
    await mkdir(project.at('links'))
    await symlink(`${project.outside}/secret.txt`, project.at('links/f'))
    await symlink(project.outside, project.at('links/d'))
    await writeFile(`${project.outside}/x`, 'walrus')
    expect(await search({ pattern: 'SECRET', path: 'links' })).toEqual(['[No matches.]'])
    expect(await search({ pattern: 'walrus', path: 'links' })).toEqual(['[No matches.]'])
  })
})

describe('git', () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', project.root, '-c', 'user.name=T', '-c', 'user.email=t@x', ...args])

  beforeEach(() => {
    execFileSync('rm', ['-rf', project.at('.git')])
    git('init', '-q')
    git('add', '.')
    git('commit', '-q', '-m', 'first')
  })

  test('shows differences, staged or not, of all or one path', async () => {
    await project.write('README.md', '# Walrus\n\nIt swam away.\n')
    await project.write('src/main.ts', 'changed\n')
    git('add', 'src/main.ts')
    expect(await project.result('git.diff', {})).toContain('+It swam away.')
    expect(await project.result('git.diff', {})).not.toContain('+changed')
    expect(await project.result('git.diff', { staged: true })).toContain('+changed')
    expect(await project.result('git.diff', { path: 'src' })).toBe('')
    expect(await project.result('git.diff', { limit: 2 })).toContain('[The first 2 of')
    expect(await project.result('git.status', {})).toBe(' M README.md\nM  src/main.ts\n')
    expect(await project.result('git.status', { staged: true })).toBe('M\tsrc/main.ts\n')
  })

  test('shows commits, newest first', async () => {
    await project.write('é.txt', '1')
    git('add', '.')
    git('commit', '-q', '-m', 'second: ünïcode')
    const log = (await project.result('git.log', {})) as string
    expect(log.split('\n').map((line) => line.slice(-15))).toEqual([
      ' second: ünïcode'.slice(-15),
      expect.stringContaining('first'),
      '',
    ])
    expect(
      ((await project.result('git.log', { limit: 1 })) as string).trim().split('\n'),
    ).toHaveLength(1)
    expect(
      ((await project.result('git.log', { path: 'README.md' })) as string).trim().split('\n'),
    ).toHaveLength(1)
  })

  test('a repository without commits, and one that is broken, are said in plain words', async () => {
    execFileSync('rm', ['-rf', project.at('.git')])
    git('init', '-q')
    expect(await project.result('git.status', {})).toContain('?? README.md')
    expect(await project.code('git.log', {})).toBe('git_failed')
    await project.write('.git/HEAD', 'garbage')
    expect(await project.code('git.diff', {})).toBe('git_failed')
  })
})
