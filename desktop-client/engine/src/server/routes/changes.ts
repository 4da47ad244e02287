import {
  type FileChangeRecord,
  listChanges,
  undoChange,
} from '@codelab/contracts/engine-ui/changes'
import { handle, type RouteHandler } from '@codelab/runtime/handle'
import { EngineFailure } from '../../engine-failure.ts'
import type { Change, Step } from '../../workspace/undo/change.ts'
import type { Changes } from '../../workspace/undo/open-changes.ts'
import type { Projects } from '../projects/projects.ts'

const mostListed = 200

function stepOf(step: Step): FileChangeRecord['steps'][number] {
  const { path } = step
  switch (step.kind) {
    case 'text':
      return { kind: step.before ? 'modified' : 'created', path }
    case 'moved':
      return { kind: 'moved', path, to: step.to }
    case 'trashed':
      return { kind: 'deleted', path }
    case 'folder_made':
      return { kind: 'folder_made', path }
  }
}

const recordOf = (change: Change, note: string | undefined): FileChangeRecord => ({
  id: change.id,
  session_id: change.session_id,
  ...(change.call_id !== undefined && { call_id: change.call_id }),
  tool: change.tool,
  at: change.at,
  steps: change.steps.map(stepOf),
  undone: change.undone_at !== undefined,
  undoable: change.undone_at === undefined && note === undefined,
  ...(note !== undefined && { note }),
})

const notUndoable = (message: string) =>
  new EngineFailure('conflict', 'change_not_undoable', { message })

export const changeRoutes = (projects: Projects, changes: Changes): RouteHandler[] => {
  const inProject = async (id: string) => {
    const { root } = projects.get(id).bench()
    return await changes.changesIn(root)
  }
  return [
    handle(listChanges, async ({ params, query }) => {
      const wanted = (await inProject(params.project)).filter(
        ({ session_id }) => query.session_id === undefined || session_id === query.session_id,
      )
      const items: FileChangeRecord[] = []
      for (const change of wanted.slice(0, mostListed)) {
        const refusal = change.undone_at ? undefined : await changes.refusalOf(change)
        items.push(recordOf(change, refusal?.message))
      }
      return { items }
    }),
    handle(undoChange, async ({ params, body }) => {
      const change = (await inProject(params.project)).find(({ id }) => id === body.id)
      if (!change)
        throw new EngineFailure('not_found', 'change_not_undoable', {
          message: 'There is no such change in this project.',
        })
      const undone = await changes.undo(change.id)
      if (undone.outcome === 'refused') throw notUndoable(undone.refusal.message)
      return recordOf(undone.change, undefined)
    }),
  ]
}
