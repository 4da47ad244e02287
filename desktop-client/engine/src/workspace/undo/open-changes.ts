import type { Log } from '@codelab/runtime/log'
import { openBench } from '../open-workspace.ts'
import { ToolFailure } from '../tool-failure.ts'
import type { Change } from './change.ts'
import { storesIn } from './keep.ts'
import { type TextOfChange, textOfStep } from './text-of-step.ts'
import { planStep, type Refusal, undoStep } from './undo-steps.ts'

export type Undone =
  | { readonly outcome: 'undone'; readonly change: Change }
  /** Nothing was done. */
  | { readonly outcome: 'refused'; readonly change: Change; readonly refusal: Refusal }

/** What tools changed on this machine, and the way back. */
export type Changes = {
  /** The newest first. */
  changesOf(sessionId: string): Promise<Change[]>
  /** Of all sessions in a project folder (a real path), the newest first. */
  changesIn(root: string): Promise<Change[]>
  /** Why a change cannot be taken back now; undefined when it can. */
  refusalOf(change: Change): Promise<Refusal | undefined>
  /** The files of a change as they were and as they are. */
  textsOf(change: Change): Promise<TextOfChange[]>
  /** Puts back what was there before, unless it has changed since. Throws file_not_found for an unknown change. */
  undo(changeId: string): Promise<Undone>
}

/** `folder`: where the client keeps it (`undoFolder` of its bindings). */
export function openChanges(options: {
  readonly folder: string
  readonly log: Log
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now?: () => Date
}): Changes {
  const { folder, now = () => new Date() } = options
  const { log: changes, images } = storesIn(folder)

  const plansOf = async (change: Change) => {
    const bench = await openBench(change.root, { ...options, own: folder })
    const tools = { bench, images }
    const steps = change.steps.toReversed()
    const plans = await Promise.all(steps.map((step) => planStep(tools, step)))
    const refusal = plans.find((plan) => plan.kind === 'refused')?.refusal
    return { tools, steps: steps.filter((_, index) => plans[index]?.kind === 'ready'), refusal }
  }

  const refusalOf = async (change: Change): Promise<Refusal | undefined> => {
    try {
      return (await plansOf(change)).refusal
    } catch (error) {
      if (!(error instanceof ToolFailure)) throw error
      return { path: change.steps[0]?.path ?? '', message: error.message }
    }
  }

  return {
    changesOf: (sessionId) => changes.ofSession(sessionId),
    changesIn: async (root) => (await changes.all()).filter((change) => change.root === root),
    refusalOf,
    textsOf: async (change) => {
      const bench = await openBench(change.root, { ...options, own: folder })
      const texts = change.steps.filter((step) => step.kind === 'text')
      return await Promise.all(texts.map((step) => textOfStep({ bench, images }, step)))
    },
    undo: async (changeId) => {
      const change = await changes.byId(changeId)
      if (!change) throw new ToolFailure('file_not_found', `There is no change ${changeId} here.`)
      if (change.undone_at) return { outcome: 'undone', change }
      const refusal = await refusalOf(change)
      if (refusal) return { outcome: 'refused', change, refusal }
      const { tools, steps } = await plansOf(change)
      for (const step of steps) await undoStep(tools, step)
      const undone = { ...change, undone_at: now().toISOString() }
      await changes.write(undone)
      return { outcome: 'undone', change: undone }
    },
  }
}
