import { usePage } from '../../state/store.ts'
import { UndoButton } from './UndoButton.tsx'
import { useChanges } from './use-changes.ts'

/** The way back from what one call changed in the project in front; nothing where it changed nothing. */
export function UndoOfCall({
  session,
  callId,
}: {
  readonly session: string
  readonly callId: string
}) {
  const project = usePage((state) => state.project)
  const { changes, undo } = useChanges(project, session)
  const change = changes.find(({ call_id }) => call_id === callId)
  return change ? <UndoButton change={change} undo={undo} /> : null
}
