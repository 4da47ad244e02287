import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Project } from '@codelab/contracts/engine-ui/projects'
import { until } from '../../support/until.ts'
import type { Figure } from '../bench.ts'
import { startEngineProcess } from './engine-process.ts'
import type { Shape } from './large-project.ts'

const longestMs = 60_000

/** By how much the engine grows when it opens and watches a project, and how long until a change in it is told. */
export async function measureWatching(
  folder: string,
  shape: Shape,
  home: string,
): Promise<Figure[]> {
  const engine = await startEngineProcess(home)
  try {
    const { page } = engine
    await page.listen()
    const before = await engine.memory()
    const began = performance.now()
    const { id } = await page.post<Project>('/api/v1/projects/open', { path: folder })
    // The watch is complete when a change of the folder that it reaches last is told.
    const last = shape === 'flat' ? 'probe' : 'src/area-49/part-49/probe'
    const told = () =>
      page
        .of('files')
        .some(({ project, changes }) => project === id && changes.some(({ path }) => path === last))
    await until(
      'the watch on all folders',
      async () => {
        await writeFile(join(folder, last), String(performance.now()))
        return told()
      },
      longestMs,
    )
    const ready = performance.now() - began
    const growth = (await engine.memory()) - before
    return [
      { name: `${shape}: engine grows by watching, RSS`, value: growth, unit: 'MiB', atMost: 60 },
      { name: `${shape}: engine without a project, RSS`, value: before, unit: 'MiB' },
      { name: `${shape}: until all changes are seen`, value: ready, unit: 'ms' },
    ]
  } finally {
    await engine.stop()
  }
}
