import { useQuery } from '@tanstack/react-query'
import { listModels } from '@codelab/contracts/engine-ui/conversations'
import { call } from '../../engine/call.ts'
import { keys } from '../../state/queries.ts'
import { useTexts } from '../../texts/texts.ts'
import styles from './ConversationPanel.module.css'

/** The model of the next message; the workspace's default when none is chosen. */
export function ModelPicker({
  model,
  onChoose,
}: {
  readonly model: string
  readonly onChoose: (model: string) => void
}) {
  const texts = useTexts().conversation
  const { data } = useQuery({
    queryKey: keys.models,
    queryFn: ({ signal }) => call(listModels, { signal }),
  })
  const models = data?.models ?? []
  return (
    <select
      className={styles['model']}
      aria-label={texts.model}
      value={model}
      onChange={(event) => onChoose(event.target.value)}
    >
      <option value="">{texts.defaultModel(data?.default)}</option>
      {models.map(({ id, available }) => (
        <option key={id} value={id} disabled={!available}>
          {available ? id : texts.modelAway(id)}
        </option>
      ))}
    </select>
  )
}
