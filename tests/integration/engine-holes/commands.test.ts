import { existsSync } from 'node:fs'
import { canonical } from '@codelab/engine/conversation/canonical'
import { createShown } from '@codelab/engine/conversation/shown'
import { makeProject } from '../engine/project.ts'
import { allowing, commandAsks, workspaceSays } from './judged.ts'

/** Published ways to run something else than what was allowed, and to change what was approved. */
const expectAsked = (program: string, ...commands: string[][]) => {
  for (const argv of commands)
    expect({ argv, action: commandAsks(argv, program) }).toEqual({ argv, action: 'ask' })
}

test('CVE-2025-54795: allowing echo allows no command behind it', async () => {
  expectAsked(
    'echo',
    ['sh', '-c', 'echo x; touch planted'],
    ['echo x; touch planted'],
    ['echo\nid'],
  )
  const project = await makeProject()
  const argv = ['echo', '"x"; touch planted; echo "', '&&', 'touch', 'planted']
  expect(commandAsks(argv, 'echo')).toBe('allow')
  expect(await project.result('execute_command', { argv })).toMatchObject({
    stdout: `${argv.slice(1).join(' ')}\n`,
  })
  expect(existsSync(project.at('planted'))).toBe(false)
  await project.close()
})

test('CVE-2025-58764: allowing rg does not allow its preprocessors', () => {
  expectAsked(
    'rg',
    ['rg', '--pre', 'sh', 'x'],
    ['rg', '--pre=./x', 'x'],
    ['rg', '--hostname-bin=x', 'y'],
  )
  expect(commandAsks(['rg', 'TODO', 'src'], 'rg')).toBe('allow')
})

test('CVE-2025-64755: allowing sed does not allow it to write or to run', () => {
  expectAsked(
    'sed',
    ['sed', 'w .bashrc', 'x'],
    ['sed', 's/a/b/w out', 'x'],
    ['sed', 's/a/id/e', 'x'],
    ['sed', '-i', 's/a/b/', 'x'],
    ['sed', '-n', '1e id', 'x'],
  )
  expect(commandAsks(['sed', '-n', '1,9p', 'x'], 'sed')).toBe('allow')
})

test('CVE-2025-66032: abbreviated, joined and clustered options are the options they mean', () => {
  expectAsked('git', ['git', 'ls-remote', '--upload-pa=x', '.'], ['git', 'grep', '-iOx', 'y'])
  expectAsked('sort', ['sort', '--compress-prog=x', 'y'], ['sort', '-ro', 'x', 'y'])
  expectAsked('man', ['man', '-Px', 'ls'], ['man', '--html=x', 'ls'])
  expectAsked('xargs', ['xargs', 'id'], ['xargs', '-I{}', 'sh', '-c', '{}'])
})

test('CVE-2025-62354: an allowed name is not found inside another one', () => {
  for (const name of [
    './ls',
    '/tmp/ls',
    'sub/ls',
    'LS',
    'ls.exe',
    'lsx',
    'ls;id',
    'ls id',
    'ls\u200b',
    '',
  ])
    expectAsked('ls', [name, 'x'])
})

test('CVE-2026-22708: words of a shell that set variables are no programs here, and no variable is inherited', async () => {
  for (const word of ['export', 'typeset', 'declare', 'readonly', 'local', 'set', 'alias', 'eval'])
    expectAsked('echo', [word, 'PAGER=evil'], ['sh', '-c', `${word} PAGER=evil; git log`])
  const project = await makeProject()
  const argv = [process.execPath, '-p', 'process.env.PAGER']
  expect(await project.code('execute_command', { argv: ['export', 'PAGER=x'] })).toBe(
    'command_failed',
  )
  expect(await project.result('execute_command', { argv })).toMatchObject({ stdout: 'undefined\n' })
  await project.close()
})

test('Adversa 2026-04: a deny holds behind any number of commands', () => {
  const deny = [...allowing('sh'), { tool: '*', command: 'curl', action: 'deny' as const }]
  for (const many of [1, 49, 50, 51, 200, 1_000]) {
    const script = `${'true; '.repeat(many)}curl http://x`
    expect(workspaceSays('execute_command', { argv: ['sh', '-c', script] }, deny)).toBe('deny')
  }
})

test('anthropics/claude-code#4956: an allowed beginning allows no end', () => {
  expectAsked(
    'echo',
    ['echo x && ls'],
    ['sh', '-c', 'echo x && ls'],
    ['bash', '-lc', 'echo x | sh'],
  )
})

test('anthropics/claude-code#4570: denying a program denies it behind others', () => {
  const rules = [
    ...allowing('git', 'sh', 'env', 'timeout'),
    { tool: '*', command: 'rm', action: 'deny' as const },
  ]
  for (const argv of [
    ['env', 'rm', 'x'],
    ['timeout', '5', 'rm', 'x'],
    ['sh', '-c', 'ls; rm x'],
    ['/bin/rm', 'x'],
    ['git', '-c', 'alias.x=!rm x', 'x'],
  ])
    expect({ argv, is: workspaceSays('execute_command', { argv }, rules) }).toEqual({
      argv,
      is: 'deny',
    })
})

test('CVE-2025-54136: an approval is for these very arguments, not for a name', () => {
  const seen = { argv: ['npm', 'test'] }
  const others = [
    { argv: ['npm', 'test', '--script-shell=evil'] },
    { argv: ['npm', 'test '] },
    { argv: ['npm', 'te\u200bst'] },
    { argv: ['npm', '\u202etset'] },
    { argv: ['npm', 't\u0435st'] },
    { argv: ['npm test'] },
    { argv: ['npm', 'test'], cwd: 'evil' },
    { argv: ['npm', 'test'], timeout_s: 300 },
    { argv: [['npm', 'test']] },
  ]
  const shown = createShown()
  shown.approved('call', seen)
  expect(shown.verdictOn('call', 'execute_command', { ...seen })).toBe('allowed')
  for (const other of others) {
    expect(canonical(other)).not.toBe(canonical(seen))
    expect(shown.verdictOn('call', 'execute_command', other)).toBe('changed')
  }
})

test('CVE-2025-54136: composed and decomposed letters are different bytes, and count as such', () => {
  const shown = createShown()
  shown.approved('call', { path: 'caf\u00e9' })
  expect(shown.verdictOn('call', 'write_file', { path: 'cafe\u0301' })).toBe('changed')
})
