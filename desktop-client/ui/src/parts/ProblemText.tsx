import type { Problem } from '@codelab/contracts/engine-ui/failures'
import type { EngineFailure } from '../engine/failure.ts'
import { useTexts } from '../texts/texts.ts'
import { Visible } from './Visible.tsx'
import styles from './ProblemText.module.css'

/** What went wrong, in the person's language where the reason is known, else in the engine's words. */
export function ProblemText({ problem }: { readonly problem: Problem | EngineFailure }) {
  const { problems } = useTexts()
  const told = problem.reason && problems[problem.reason]
  return (
    <p role="alert" className={styles['problem']}>
      <Visible text={told ? told(problem) : problem.message} />
    </p>
  )
}
