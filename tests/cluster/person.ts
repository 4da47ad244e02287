import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CliResult, openTerminal, runCli } from '../support/cli.ts'

/** Somebody at their desk: a project folder, a home of their own, and the terminal client. */
export async function createPerson() {
  const scratch = await mkdtemp(join(tmpdir(), 'codelab-person-'))
  const [cwd, home] = [join(scratch, 'project'), join(scratch, 'home')]
  for (const folder of [cwd, home]) await mkdir(folder)
  await writeFile(join(cwd, 'README.md'), '# Walrus\n\nThe walrus lives here.\n')
  await writeFile(join(cwd, 'old.txt'), 'old\n')
  const at = { cwd, home }
  return {
    cwd,
    login: (server: string, user: string, password: string): Promise<CliResult> =>
      runCli(['login', '--server', server, '--user', user, '--password-stdin'], {
        ...at,
        input: `${password}\n`,
      }),
    run: (...args: readonly string[]): Promise<CliResult> => runCli(args, at),
    terminal: (...args: readonly string[]) => openTerminal(args, at),
    remove: () => rm(scratch, { recursive: true, force: true }),
  }
}
export type Person = Awaited<ReturnType<typeof createPerson>>
