import type { EngineReason, Problem } from '@codelab/contracts/engine-ui/failures'

/** Reasons that are said in the person's language; the others are told in the engine's words. */
export type ProblemTexts = Partial<
  Record<EngineReason, (problem: Pick<Problem, 'retry_after_s' | 'place'>) => string>
>
