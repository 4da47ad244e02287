import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSandbox } from '@codelab/engine/workspace/program/sandbox/sandbox'
import { makeProject, type Project, secret, snapshot } from '../engine/project.ts'
import { workspaceSays } from './judged.ts'

/** Published ways out of a project folder, each as it was reported, against the tools that a model has here. */
let project: Project
let outside: Record<string, string>
beforeEach(async () => {
  project = await makeProject({ 'a.txt': 'a', 'src/b.txt': 'b' })
  await writeFile(join(`${project.root}-sibling`, 'secret.txt'), secret)
  outside = await beside()
})
afterEach(() => project.close())

const beside = async () =>
  Object.fromEntries(
    Object.entries(await snapshot(project.top)).filter(
      ([path]) => path !== project.root && !path.startsWith(`${project.root}/`),
    ),
  )

const everyTool = (path: string): [string, object][] => [
  ['read_file', { path }],
  ['list_files', { path }],
  ['search', { path, pattern: 'SECRET' }],
  ['write_file', { path, content: 'planted', create_dirs: true }],
  ['edit_file', { path, edits: [{ old: 'SECRET', new: 'planted' }] }],
  ['create_directory', { path }],
  ['move_file', { path, to: 'stolen' }],
  ['move_file', { path: 'a.txt', to: path }],
  ['delete_file', { path }],
]

async function expectNoWayOut(...paths: string[]): Promise<void> {
  for (const path of paths)
    for (const [tool, args] of everyTool(path)) {
      const outcome = await project.run(tool, args)
      expect({ tool, path, outcome }).toMatchObject({ outcome: { error: expect.anything() } })
      expect(JSON.stringify(outcome)).not.toContain(secret)
    }
  expect(await beside()).toEqual(outside)
}

test.each(['CVE-2025-54794', 'CVE-2025-53110', 'CVE-2026-34451'])(
  '%s: a sibling folder whose name begins like the project is not the project',
  async () => {
    await symlink(`${project.root}-sibling`, project.at('near'))
    await expectNoWayOut(
      '../project-sibling/secret.txt',
      'near/secret.txt',
      `src/../near/secret.txt`,
    )
  },
)

test('CVE-2025-53109: a link inside the project to a place outside gives no access to it', async () => {
  await symlink(project.outside, project.at('link'))
  await symlink(join(project.outside, 'secret.txt'), project.at('file'))
  await symlink('../outside/new.txt', project.at('dangling'))
  await expectNoWayOut('link/secret.txt', 'link/new.txt', 'src/../link/secret.txt')
  for (const path of ['file', 'dangling']) {
    expect(await project.code('read_file', { path })).toBe('path_outside_workspace')
    expect(await project.code('write_file', { path, content: 'x' })).toBe('path_outside_workspace')
  }
  expect(await beside()).toEqual(outside)
})

test('CVE-2026-25724: a denied file is not reached through a link to it', async () => {
  await project.write('secrets/key', secret)
  await symlink('secrets', project.at('open'))
  const rules = [{ tool: '*', path: 'secrets/**', action: 'deny' as const }]
  expect(workspaceSays('write_file', { path: 'secrets/key' }, rules)).toBe('deny')
  // The agent does not see the disk, so the machine goes through no link when it changes something.
  expect(await project.code('write_file', { path: 'open/key', content: 'x' })).toBe(
    'permission_denied',
  )
  expect(await project.code('delete_file', { path: 'open/key' })).toBe('permission_denied')
  expect(await project.code('move_file', { path: 'open/key', to: 'k' })).toBe('permission_denied')
  expect(await project.read('secrets/key')).toBe(secret)
})

test('CVE-2026-39861: a link that a command leaves behind leads no later tool out', async () => {
  const sandbox = createSandbox(async () => ({ mode: 'auto', network: false }))
  const boxed = await makeProject({ 'a.txt': 'a' }, { sandbox })
  try {
    const script = `ln -s ${boxed.outside} out; ln -s ${boxed.outside}/secret.txt f; echo x > out/planted`
    await boxed.run('execute_command', { argv: ['sh', '-c', script] })
    expect(existsSync(join(boxed.outside, 'planted'))).toBe(false)
    for (const path of ['out/planted', 'f'])
      expect(await boxed.code('write_file', { path, content: 'x' })).toBe('path_outside_workspace')
    expect(await readFile(join(boxed.outside, 'secret.txt'), 'utf8')).toBe(secret)
  } finally {
    await boxed.close()
  }
})

test('CVE-2026-50549: a path that cannot be resolved is refused, not taken as it is spelt', async () => {
  await symlink('loop', project.at('loop'))
  await symlink('none/../../outside', project.at('broken'))
  await symlink('/proc/self/cwd/../outside', project.at('proc'))
  await symlink(`${'x/'.repeat(2_000)}y`, project.at('long')).catch(() => undefined)
  await expectNoWayOut('loop/secret.txt', 'broken/secret.txt', 'proc/secret.txt', 'long/secret.txt')
})

test.each(['CVE-2026-50548', 'CVE-2025-59532'])(
  '%s: a working folder that the model chooses does not move the border',
  async () => {
    const sandbox = createSandbox(async () => ({ mode: 'auto', network: false }))
    const boxed = await makeProject({ 'src/b.txt': 'b' }, { sandbox })
    try {
      await symlink(boxed.outside, boxed.at('out'))
      for (const cwd of ['..', '/', '/tmp', 'out', 'src/../..', 'src/../out'])
        expect(await boxed.code('execute_command', { argv: ['touch', 'planted'], cwd })).toBe(
          'path_outside_workspace',
        )
      await boxed.run('execute_command', {
        argv: ['sh', '-c', `cd ${boxed.outside} && touch planted; touch ../../outside/planted`],
        cwd: 'src',
      })
      expect(existsSync(join(boxed.outside, 'planted'))).toBe(false)
    } finally {
      await boxed.close()
    }
  },
)

test('CVE-2025-53109: what is swapped for a link after the approval is noticed', async () => {
  await project.workspace.preview('write_file', { path: 'src/b.txt', content: 'x' })
  await rename(project.at('src'), project.at('kept'))
  await symlink(project.outside, project.at('src'))
  await writeFile(join(project.outside, 'b.txt'), 'b')
  outside = await beside()
  expect(await project.code('write_file', { path: 'src/b.txt', content: 'x' })).toBe(
    'path_outside_workspace',
  )
  expect(await beside()).toEqual(outside)
  await rm(project.at('src'))
  await mkdir(project.at('src'))
})
