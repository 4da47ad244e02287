import { useCommandList } from '../../../commands/registry.ts'
import { shownKeys } from '../../../commands/shown-keys.ts'
import { useTexts } from '../../../texts/texts.ts'
import styles from './ItemList.module.css'

/** Commands that are worth knowing before anything was said. */
const worthKnowing: readonly string[] = ['palette.open', 'project.go_to_file', 'approval.next']

/** A conversation in which nothing was said yet. */
export function EmptyConversation() {
  const texts = useTexts()
  const commands = useCommandList().filter(({ id }) => worthKnowing.includes(id))
  return (
    <div className={styles['empty']}>
      <p className={styles['invitation']}>{texts.conversation.begin}</p>
      <p>{texts.conversation.beginHint}</p>
      <dl>
        {commands.map((command) => (
          <div key={command.id}>
            <dt>{command.title(texts)}</dt>
            <dd>
              <kbd>{shownKeys(command)}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
