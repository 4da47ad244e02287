import { programsIn } from '@codelab/agent/policy/programs'

const hidden: [string, ...string[]][] = [
  ['a folder', '/bin/rm', '-rf', 'x'],
  ['a relative folder', './node_modules/.bin/../../rm'],
  ['a Windows folder and ending', 'C:\\tools\\RM.EXE'],
  ['upper case', 'RM'],
  ['trailing dots of Windows', 'rm. '],
  ['sudo', 'sudo', '-u', 'root', 'rm', 'x'],
  ['sudo in a folder', '/usr/bin/sudo', 'rm'],
  ['doas', 'doas', 'rm'],
  ['env', 'env', 'X=1', 'rm', 'x'],
  ['env -S', 'env', '-S', 'rm -rf x'],
  ['env with a joined option', 'env', '-Srm x'],
  ['nested launchers', 'nice', '-n', '5', 'timeout', '5', 'env', '-i', 'rm'],
  ['xargs', 'xargs', '-0', 'rm'],
  ['find', 'find', '.', '-exec', 'rm', '{}', ';'],
  ['nohup', 'nohup', 'rm'],
  ['stdbuf', 'stdbuf', '-oL', 'rm'],
  ['busybox', 'busybox', 'rm', '-r', 'x'],
  ['sh -c', 'sh', '-c', 'rm -rf x'],
  ['bash -lc', 'bash', '-lc', 'cd x && rm y'],
  ['a command list', 'sh', '-c', 'true;rm x'],
  ['a pipe', 'sh', '-c', 'ls|rm'],
  ['a substitution', 'sh', '-c', 'echo $(rm x)'],
  ['backquotes', 'sh', '-c', 'echo `rm x`'],
  ['quotes within the name', 'sh', '-c', `r'm' x`],
  ['double quotes within the name', 'sh', '-c', 'r""m x'],
  ['a backslash within the name', 'sh', '-c', 'r\\m x'],
  ['a continued line', 'sh', '-c', 'r\\\nm x'],
  ['IFS for spaces', 'sh', '-c', 'rm${IFS}-rf${IFS}x'],
  ['a path inside a script', 'sh', '-c', '/usr/bin/rm x'],
  ['an assignment before it', 'sh', '-c', 'A=1 rm x'],
  ['a shell within a shell', 'sh', '-c', `bash -c "sh -c 'rm x'"`],
  ['cmd', 'cmd', '/c', 'rm x'],
  ['cmd with carets', 'cmd.exe', '/c', 'r^m x'],
  ['cmd with a Windows path', 'cmd.exe', '/c', 'C:\\bin\\rm.exe x'],
  ['powershell', 'powershell', '-Command', '& "rm" x'],
  ['python code', 'python3.12', '-c', `import os; os.system('rm x')`],
  ['node code', 'node', '-e', `require('child_process').execSync("rm x")`],
  ['awk', 'awk', 'BEGIN{system("rm x")}'],
  ['git with an alias', 'git', '-c', 'alias.x=!rm x', 'x'],
  ['git rebase --exec', 'git', 'rebase', '--exec=rm x', 'main'],
  ['tar', 'tar', 'xf', 'a', '--checkpoint-action=exec=rm'],
  ['npx', 'npx', 'rm'],
  ['npm exec', 'npm', 'exec', 'rm'],
  ['docker run', 'docker', 'run', 'image', 'rm'],
  ['the dynamic loader', '/lib64/ld-linux-x86-64.so.2', '/bin/rm'],
  ['watch', 'watch', '-n1', 'rm x'],
  ['script with a joined option', 'script', '-crm'],
]

test.each(hidden)('finds rm behind %s', (_, ...argv) => {
  expect(programsIn(argv)).toContain('rm')
})

test.each([
  ['an argument of a plain program', ['cat', 'rm']],
  ['a commit message', ['git', 'commit', '-m', 'rm old files']],
  ['a subcommand of a program', ['npm', 'rm', 'lodash']],
  ['a longer name', ['sh', '-c', 'rmdir x']],
  ['nothing', []],
])('does not find rm in %s', (_, argv) => {
  expect(programsIn(argv)).not.toContain('rm')
})

test('stays linear in the number of nested launchers', () => {
  expect(programsIn([...Array<string>(1023).fill('env'), 'rm'])).toContain('rm')
})
