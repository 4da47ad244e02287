import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import {
  chmod,
  cp,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import type { ToolOutcome } from '@codelab/engine/workspace/execute-call'
import { openWorkspace } from '@codelab/engine/workspace/open-workspace'
import { makeProject, type Project, secret, silent } from './project.ts'

let project: Project
let proof: string
let evil: string

const identity = ['-c', 'user.name=T', '-c', 'user.email=t@example.com']
const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-C', folder, ...identity, ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
    timeout: 10_000,
  })

beforeEach(async () => {
  project = await makeProject({ 'a.txt': 'one\ntwo\n', 'b.bin': Buffer.from([0, 1, 2, 3]) })
  const { root, top } = project
  proof = join(top, 'proof')
  evil = join(top, 'evil.sh')
  await writeFile(evil, `#!/bin/sh\necho "$0 $*" >> '${proof}'\n`)
  await chmod(evil, 0o755)
  git(root, 'init', '-q', '-b', 'main')
  git(root, 'add', '.')
  git(root, 'commit', '-q', '-m', 'first')
  await project.write('a.txt', 'one\nthree\n')
  await project.write('b.bin', Buffer.from([3, 2, 1, 0, 255]))
})
afterEach(() => project.close())

/** Makes every git call that a model may make, with and without a path. */
async function callAll(): Promise<ToolOutcome[]> {
  const outcomes: ToolOutcome[] = []
  for (const name of ['git.diff', 'git.status', 'git.log'])
    for (const args of [{}, { path: 'a.txt' }, { staged: true }, { limit: 1 }])
      outcomes.push(await project.run(name, args))
  return outcomes
}

const config = (text: string) => async () =>
  await writeFile(project.at('.git/config'), `[core]\n\trepositoryformatversion = 0\n${text}\n`)
const attributes = (text: string) => async () => await project.write('.gitattributes', `${text}\n`)

/** Ways in which a repository's own files have made git start programs. `%` stands for the program. */
const attacks: Record<string, readonly (() => Promise<unknown>)[]> = {
  'core.fsmonitor': [config('[core]\nfsmonitor = %')],
  'core.hooksPath': [
    config('[core]\nhooksPath = %.hooks'),
    async () => {
      await mkdir(`${evil}.hooks`)
      for (const hook of [
        'post-index-change',
        'pre-auto-gc',
        'post-checkout',
        'fsmonitor-watchman',
      ])
        await cp(evil, join(`${evil}.hooks`, hook))
    },
  ],
  'hooks in .git': [
    async () => {
      for (const hook of ['post-index-change', 'pre-auto-gc', 'reference-transaction'])
        await cp(evil, project.at(`.git/hooks/${hook}`))
      await utimes(project.at('a.txt'), new Date(), new Date())
    },
  ],
  'core.pager and pager.*': [
    config('[core]\npager = %\n[pager]\ndiff = %\nlog = %\nstatus = %\nconfig = %'),
  ],
  'diff.external': [config('[diff]\nexternal = %')],
  'a diff driver command': [config('[diff "x"]\ncommand = %'), attributes('* diff=x')],
  'a textconv': [config('[diff "x"]\ntextconv = %\ncachetextconv = true'), attributes('* diff=x')],
  'a clean filter': [config('[filter "x"]\nclean = %\nsmudge = %'), attributes('* filter=x')],
  'a required filter process': [
    config('[filter "x"]\nprocess = %\nrequired = true'),
    attributes('* filter=x'),
  ],
  'a filter whose name holds = and dots': [
    config('[filter "a=b.clean"]\nclean = %\n[filter "c.d"]\nclean = %'),
    attributes('a.txt filter=a=b.clean\nb.bin filter=c.d'),
  ],
  'a filter whose name is no UTF-8': [
    async () =>
      await writeFile(
        project.at('.git/config'),
        Buffer.concat([
          Buffer.from('[core]\nrepositoryformatversion = 0\n[filter "'),
          Buffer.from([0xff, 0xfe]),
          Buffer.from(`"]\nclean = ${evil}\n`),
        ]),
      ),
    async () =>
      await project.write(
        '.gitattributes',
        Buffer.concat([Buffer.from('* filter='), Buffer.from([0xff, 0xfe, 10])]),
      ),
  ],
  'attributes of .git/info': [
    config('[filter "x"]\nclean = %\n[diff "x"]\ntextconv = %'),
    async () => {
      await mkdir(project.at('.git/info'), { recursive: true })
      await writeFile(project.at('.git/info/attributes'), '* filter=x diff=x\n')
    },
  ],
  'gpg.program in a log format': [
    config(
      '[gpg]\nprogram = %\n[log]\nshowSignature = true\n[format]\npretty = %%G? %%s\n[gpg "ssh"]\nprogram = %',
    ),
    async () => {
      const tree = git(project.root, 'rev-parse', 'HEAD^{tree}').trim()
      const body = `tree ${tree}\nauthor T <t@example.com> 1700000000 +0000\ncommitter T <t@example.com> 1700000000 +0000\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n\nsigned\n`
      const commit = execFileSync(
        'git',
        ['-C', project.root, 'hash-object', '-t', 'commit', '-w', '--stdin'],
        {
          input: body,
          encoding: 'utf8',
        },
      ).trim()
      git(project.root, 'update-ref', 'refs/heads/main', commit)
    },
  ],
  'an included file': [
    config('[include]\npath = ../included'),
    async () =>
      await project.write(
        'included',
        `[core]\nfsmonitor = ${evil}\n[filter "y"]\nclean = ${evil}\n[diff]\nexternal = ${evil}\n`,
      ),
    attributes('* filter=y'),
  ],
  'an included file by condition': [
    config('[includeIf "gitdir:**"]\npath = ../included'),
    async () =>
      await project.write(
        'included',
        `[core]\nfsmonitor = ${evil}\n[filter "y"]\nclean = ${evil}\n`,
      ),
    attributes('* filter=y'),
  ],
  'config.worktree': [
    config('[extensions]\nworktreeConfig = true'),
    async () =>
      await writeFile(
        project.at('.git/config.worktree'),
        `[core]\nfsmonitor = ${evil}\n[filter "x"]\nclean = ${evil}\n`,
      ),
    attributes('* filter=x'),
  ],
  'an alias of a command': [config('[alias]\ndiff = !%\nstatus = !%\nlog = !%\nconfig = !%')],
  'a promised object that is fetched': [
    config(
      '[core]\nrepositoryFormatVersion = 1\nsshCommand = %\n[extensions]\npartialClone = origin\n[remote "origin"]\nurl = ext::% x\npromisor = true\nuploadpack = %\n[protocol]\nallow = always\n[protocol "ext"]\nallow = always',
    ),
    removeBlob,
  ],
  'a promised object that is fetched from a folder': [
    config(
      '[core]\nrepositoryFormatVersion = 1\n[extensions]\npartialClone = origin\n[remote "origin"]\nurl = .\npromisor = true\nuploadpack = %\n[protocol]\nallow = always',
    ),
    removeBlob,
  ],
  'a submodule with settings of its own': [
    async () => {
      const inner = project.at('inner')
      await mkdir(inner)
      git(inner, 'init', '-q')
      await project.write('inner/x', '1')
      git(inner, 'add', '.')
      git(inner, 'commit', '-q', '-m', 'x')
      git(project.root, 'add', 'inner')
      git(project.root, 'commit', '-q', '-m', 'inner')
      await project.write('inner/x', '2')
      await project.write('inner/.gitattributes', '* filter=x\n')
      await writeFile(
        join(inner, '.git/config'),
        `[core]\nfsmonitor = ${evil}\n[filter "x"]\nclean = ${evil}\n[diff]\nexternal = ${evil}\n`,
      )
    },
    config(
      '[diff]\nsubmodule = diff\nignoreSubmodules = none\n[status]\nsubmoduleSummary = true\n[submodule]\nrecurse = true',
    ),
  ],
  'files that make the folder itself a repository': [
    async () => {
      await rename(project.at('.git'), project.at('kept'))
      for (const name of ['HEAD', 'objects', 'refs', 'index'])
        await cp(project.at(`kept/${name}`), project.at(name), { recursive: true })
      await project.write('config', `[core]\nbare = false\nworktree = .\nfsmonitor = ${evil}\n`)
    },
  ],
}

/** After these there is nothing that git could safely answer. */
const useless = new Set([
  'a filter whose name is no UTF-8',
  'files that make the folder itself a repository',
])

async function removeBlob(): Promise<void> {
  const blob = git(project.root, 'rev-parse', 'HEAD:a.txt').trim()
  await rm(project.at(`.git/objects/${blob.slice(0, 2)}/${blob.slice(2)}`), { force: true })
}

async function stage(attack: string): Promise<void> {
  for (const step of attacks[attack] ?? []) await step()
  const path = project.at('.git/config')
  if (!existsSync(path)) return
  const bytes = await readFile(path, 'latin1')
  await writeFile(
    path,
    bytes.replaceAll('%%', '\u0000').replaceAll('%', evil).replaceAll('\u0000', '%'),
    'latin1',
  )
}

describe('a repository cannot start a program through', () => {
  test.each(Object.keys(attacks))('%s', async (attack) => {
    await stage(attack)
    const outcomes = await callAll()
    expect(existsSync(proof)).toBe(false)
    // The attack is met, not avoided: git still answers, unless its settings cannot be told or there is no repository left.
    const answers = outcomes.filter((outcome) => 'result' in outcome).length
    expect(answers > 3).toBe(!useless.has(attack))
  })

  test.each([
    'core.fsmonitor',
    'diff.external',
    'a textconv',
    'a clean filter',
    'a filter whose name holds = and dots',
    'an included file',
    'config.worktree',
    'gpg.program in a log format',
    'a promised object that is fetched',
    'a submodule with settings of its own',
  ])('%s, though plain git does', async (attack) => {
    await stage(attack)
    for (const args of [['status'], ['diff'], ['log']])
      try {
        git(project.root, '--paginate', ...args)
      } catch {
        // Some attacks break the command itself.
      }
    expect(existsSync(proof)).toBe(true)
  })
})

describe('a repository cannot show what lies outside the project through', () => {
  const shows = async () => JSON.stringify(await callAll())

  beforeEach(async () => {
    await writeFile(join(project.outside, 'a.txt'), `${secret}\n`)
  })

  test('core.worktree', async () => {
    await config(`[core]\nworktree = ${project.outside}`)()
    expect(await shows()).not.toContain(secret)
    expect(await project.result('git.diff', {})).toContain('+three')
  })

  test('a .git file that leads to another repository', async () => {
    git(project.outside, 'init', '-q')
    git(project.outside, 'add', '.')
    git(project.outside, 'commit', '-q', '-m', secret)
    await rm(project.at('.git'), { recursive: true })
    await project.write('.git', `gitdir: ${project.outside}/.git\n`)
    expect(await shows()).not.toContain(secret)
    expect(await project.code('git.log', {})).toBe('git_failed')
  })

  test.each([
    '.git',
    '.git/objects',
    '.git/refs',
    '.git/HEAD',
    '.git/index',
    '.git/logs',
    '.git/config',
  ])('a link in place of %s', async (name) => {
    git(project.outside, 'init', '-q', '-b', 'main')
    git(project.outside, 'add', '.')
    git(project.outside, 'commit', '-q', '-m', secret)
    await rm(project.at(name), { recursive: true, force: true })
    await symlink(join(project.outside, name), project.at(name))
    expect(await shows()).not.toContain(secret)
    expect(await project.code('git.log', {})).toBe('git_failed')
  })

  test('a common folder elsewhere', async () => {
    git(project.outside, 'init', '-q', '-b', 'main')
    git(project.outside, 'add', '.')
    git(project.outside, 'commit', '-q', '-m', secret)
    await writeFile(project.at('.git/commondir'), `${project.outside}/.git\n`)
    expect(await shows()).not.toContain(secret)
    expect(await project.code('git.log', {})).toBe('git_failed')
  })

  test('a repository around the project, whose other folders stay out', async () => {
    await rm(project.at('.git'), { recursive: true })
    git(project.top, 'init', '-q')
    git(project.top, 'add', '.')
    git(project.top, 'commit', '-q', '-m', 'all')
    await writeFile(join(project.outside, 'secret.txt'), `${secret} changed\n`)
    await project.write('a.txt', 'one\nfour\n')
    const shown = await shows()
    expect(shown).not.toContain(secret)
    expect(shown).toContain('+four')
  })

  test('a path that is a pattern', async () => {
    for (const path of [':/', ':(top)', ':!a.txt', ':(glob)**', '*'])
      expect(await project.run('git.diff', { path })).toEqual({ result: '' })
  })
})

describe('honest layouts work', () => {
  test('a linked work tree', async () => {
    const tree = join(project.top, 'tree')
    git(project.root, 'worktree', 'add', '-q', tree)
    const workspace = await openWorkspace(tree, { log: silent, env: process.env })
    await writeFile(join(tree, 'a.txt'), 'changed\n')
    const outcome = await workspace.execute(
      'git.diff',
      {},
      { signal: new AbortController().signal },
    )
    expect(outcome).toMatchObject({ result: expect.stringContaining('+changed') })
    await workspace.close()
  })

  test('a submodule opened by itself', async () => {
    const source = join(project.top, 'source')
    await mkdir(source)
    git(source, 'init', '-q')
    await writeFile(join(source, 'x'), '1\n')
    git(source, 'add', '.')
    git(source, 'commit', '-q', '-m', 'x')
    git(project.root, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', source, 'lib')
    const workspace = await openWorkspace(project.at('lib'), { log: silent, env: process.env })
    await writeFile(project.at('lib/x'), '2\n')
    const outcome = await workspace.execute(
      'git.diff',
      {},
      { signal: new AbortController().signal },
    )
    expect(outcome).toMatchObject({ result: expect.stringContaining('+2') })
    await workspace.close()
  })

  test('no repository at all is said in plain words', async () => {
    await rm(project.at('.git'), { recursive: true })
    expect(await project.run('git.status', {})).toEqual({
      error: { code: 'git_failed', message: 'This project is no git repository.' },
    })
  })
})
