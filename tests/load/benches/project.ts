import { join } from 'node:path'
import type { Bench, Figure } from '../bench.ts'
import { buildPage } from '../page/open-page.ts'
import { makeLargeProject } from '../project/large-project.ts'
import { measureTree } from '../project/opening-tree.ts'
import { measureWatching } from '../project/watching.ts'

/** A project of 50,000 files: what watching it takes, and how soon its tree is seen. */
export const project: Bench = {
  name: 'project',
  about: 'a project of 50,000 files, nested and in one folder: memory of the watcher, tree open',
  async run({ folder, say }): Promise<Figure[]> {
    const figures: Figure[] = []
    const ui = join(folder, 'ui')
    say('the page is built')
    await buildPage(ui)
    for (const shape of ['nested', 'flat'] as const) {
      const large = join(folder, shape)
      say(`writing 50,000 files, ${shape}`)
      await makeLargeProject(large, shape)
      figures.push(...(await measureWatching(large, shape, join(folder, `home-${shape}`))))
      figures.push(...(await measureTree({ folder: large, ui }, shape, say)))
    }
    return figures
  },
}
