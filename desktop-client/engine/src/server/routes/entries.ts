import { createEntry, moveEntry, trashEntry } from '@codelab/contracts/engine-ui/entries'
import { handle, type RouteHandler } from '@codelab/runtime/handle'
import {
  createByPerson,
  moveByPerson,
  ofThePerson,
  trashByPerson,
} from '../../workspace/desk/change-entries.ts'
import { createKeep } from '../../workspace/undo/keep.ts'
import type { Projects } from '../projects/projects.ts'

/** `undoFolder`: where what is needed to take changes back is kept. */
export function entryRoutes(projects: Projects, undoFolder: string): RouteHandler[] {
  const at = (project: string) => {
    const bench = projects.get(project).bench()
    const keepFor = createKeep({ folder: undoFolder, sessionId: ofThePerson, root: bench.root })
    return [bench, keepFor(undefined)] as const
  }
  return [
    handle(createEntry, ({ params, body }) => {
      const [bench, keep] = at(params.project)
      return createByPerson(bench, body, keep)
    }),
    handle(moveEntry, ({ params, body }) => {
      const [bench, keep] = at(params.project)
      return moveByPerson(bench, body, keep)
    }),
    handle(trashEntry, ({ params, body }) => {
      const [bench, keep] = at(params.project)
      return trashByPerson(bench, body, keep)
    }),
  ]
}
