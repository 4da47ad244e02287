import { fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { openPage, type Page } from '../../integration/engine-server/page.ts'

const program = resolve(import.meta.dirname, 'engine-program.ts')

export type EngineProcess = {
  readonly page: Page
  /** Resident MiB, after a full collection. */
  memory(): Promise<number>
  stop(): Promise<void>
}

/** An engine without a project, in a process of its own. */
export async function startEngineProcess(home: string): Promise<EngineProcess> {
  const child = fork(program, [home], { execArgv: ['--no-warnings', '--expose-gc'] })
  const [{ entry }] = (await once(child, 'message')) as [{ entry: string }]
  const page = await openPage(entry)
  return {
    page,
    memory: async () => {
      child.send('memory')
      const [{ rss }] = (await once(child, 'message')) as [{ rss: number }]
      return rss
    },
    stop: async () => {
      await page.close()
      child.send('end')
      await once(child, 'exit')
    },
  }
}
