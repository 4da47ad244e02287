import {
  applyChange,
  type FileChangeRecord,
  listChanges,
  proposeChange,
  readChange,
  undoChange,
} from '@codelab/contracts/engine-ui/changes'
import { maxFileBytes } from '@codelab/contracts/tools'
import { handle, type RouteHandler } from '@codelab/runtime/handle'
import { EngineFailure } from '../../engine-failure.ts'
import type { Change, Step } from '../../workspace/undo/change.ts'
import { applied, applyText, proposeText } from '../../workspace/desk/apply-text.ts'
import { ofThePerson } from '../../workspace/desk/change-entries.ts'
import { createKeep } from '../../workspace/undo/keep.ts'
import type { Changes } from '../../workspace/undo/open-changes.ts'
import type { Projects } from '../projects/projects.ts'

const mostListed = 200
/** In JSON a character may take six bytes. */
const maxBodyBytes = 6 * maxFileBytes + 65_536

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

const unknown = () =>
  new EngineFailure('not_found', 'change_not_undoable', {
    message: 'There is no such change in this project.',
  })

export const changeRoutes = (
  projects: Projects,
  changes: Changes,
  undoFolder: string,
): RouteHandler[] => {
  const inProject = async (id: string) => {
    const { root } = projects.get(id).bench()
    return await changes.changesIn(root)
  }
  const changeIn = async (project: string, wanted: string) => {
    const change = (await inProject(project)).find(({ id }) => id === wanted)
    if (!change) throw unknown()
    return change
  }
  return [
    handle(listChanges, async ({ params, query }) => {
      const wanted = (await inProject(params.project)).filter(
        ({ session_id }) =>
          session_id !== ofThePerson &&
          (query.session_id === undefined || session_id === query.session_id),
      )
      const items: FileChangeRecord[] = []
      for (const change of wanted.slice(0, mostListed)) {
        const refusal = change.undone_at ? undefined : await changes.refusalOf(change)
        items.push(recordOf(change, refusal?.message))
      }
      return { items }
    }),
    handle(undoChange, async ({ params, body }) => {
      const change = await changeIn(params.project, body.id)
      const undone = await changes.undo(change.id)
      if (undone.outcome === 'refused') throw notUndoable(undone.refusal.message)
      return recordOf(undone.change, undefined)
    }),
    handle(readChange, async ({ params }) => ({
      texts: await changes.textsOf(await changeIn(params.project, params.change)),
    })),
    handle(
      proposeChange,
      ({ params, body }) => proposeText(projects.get(params.project).bench(), body),
      { maxBodyBytes },
    ),
    handle(
      applyChange,
      async ({ params, body }) => {
        const bench = projects.get(params.project).bench()
        const sessionId = body.session_id
        const keep = createKeep({ folder: undoFolder, sessionId, root: bench.root })
        await applyText(bench, keep(undefined), body)
        // Ids are in the order of time, so the newest is the one that was just made.
        const made = (await changes.changesOf(sessionId)).find(({ tool }) => tool === applied)
        if (!made) throw unknown()
        return recordOf(made, undefined)
      },
      { maxBodyBytes },
    ),
  ]
}
