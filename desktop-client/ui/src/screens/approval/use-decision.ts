import { decideCall, type Preview, type WaitingCall } from '@codelab/contracts/engine-ui/approvals'
import { useCallback, useMemo, useState } from 'react'
import { useCommands } from '../../commands/registry.ts'
import { call } from '../../engine/call.ts'
import type { EngineFailure } from '../../engine/failure.ts'

export type Choice = 'once' | 'session' | 'reject'

type Shown = {
  /** What may be approved; absent while it is not known what a person sees. */
  readonly preview: Preview | undefined
  readonly feedback: string
  readonly look: (given?: Readonly<Record<string, unknown>>) => Promise<void>
}

const bodyOf = (choice: Choice, preview: Preview | undefined, feedback: string) => {
  const told = feedback.trim() === '' ? {} : { feedback }
  if (choice === 'reject') return { decision: 'reject' as const, ...told }
  return {
    decision: 'approve' as const,
    preview_id: preview!.preview_id,
    ...(choice === 'session' && { remember: 'session' as const }),
    ...told,
  }
}

/** Sends the person's decision, once at a time; an approval names the preview that was shown. */
export function useDecision(
  { session_id: session, call_id: id }: WaitingCall,
  { preview, feedback, look }: Shown,
) {
  const [deciding, setDeciding] = useState(false)
  const [problem, setProblem] = useState<EngineFailure>()
  const decide = useCallback(
    async (choice: Choice) => {
      if (deciding || (choice !== 'reject' && !preview)) return
      setDeciding(true)
      setProblem(undefined)
      try {
        const params = { session, call: id }
        await call(decideCall, { params, body: bodyOf(choice, preview, feedback) })
      } catch (error) {
        setProblem(error as EngineFailure)
        if ((error as EngineFailure).reason === 'look_again') void look(preview?.arguments)
      } finally {
        setDeciding(false)
      }
    },
    [deciding, feedback, id, look, preview, session],
  )
  return { decide, deciding, problem }
}

/** The keys of a decision: none that is pressed by chance, and none while nothing can be decided. */
export function useDecisionKeys(
  decide: (choice: Choice) => Promise<void>,
  editable: boolean,
): void {
  useCommands(
    useMemo(
      () => [
        {
          id: 'approval.approve',
          title: ({ approval }) => approval.once,
          keys: 'Mod+Enter',
          run: () => void decide('once'),
        },
        {
          id: 'approval.approve_session',
          title: ({ approval }) => approval.session,
          keys: 'Mod+Shift+Enter',
          run: () => editable && void decide('session'),
        },
        {
          id: 'approval.reject',
          title: ({ approval }) => approval.reject,
          keys: 'Mod+Shift+Backspace',
          run: () => void decide('reject'),
        },
      ],
      [decide, editable],
    ),
  )
}
