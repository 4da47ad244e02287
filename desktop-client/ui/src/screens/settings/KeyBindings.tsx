import type { Settings, SettingsChange } from '@codelab/contracts/engine-ui/settings'
import { pressedKeys } from '../../commands/keys.ts'
import { useCommandList } from '../../commands/registry.ts'
import { shownKeys } from '../../commands/shown-keys.ts'
import { Button } from '../../parts/Button.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './SettingsView.module.css'

const onlyModifier = ['Control', 'Shift', 'Alt', 'Meta']

/** Which keys do what: click the field and press the new ones; Backspace takes a command's keys away, Tab goes on. */
export function KeyBindings({
  bindings,
  onChange,
}: {
  readonly bindings: Settings['key_bindings']
  readonly onChange: (change: SettingsChange) => void
}) {
  const texts = useTexts()
  const commands = useCommandList()
  const set = (id: string, keys: string | undefined) => {
    const { [id]: _, ...others } = bindings
    onChange({ key_bindings: keys === undefined ? others : { ...others, [id]: keys } })
  }
  return (
    <fieldset className={styles['keys']}>
      <legend>{texts.settings.keys}</legend>
      <p className={styles['hint']}>{texts.settings.keysHint}</p>
      <table>
        <tbody>
          {commands.map((command) => (
            <tr key={command.id}>
              <th scope="row">{command.title(texts)}</th>
              <td>
                <input
                  readOnly
                  aria-label={texts.settings.keysOf(command.title(texts))}
                  value={shownKeys(command) ?? ''}
                  onKeyDown={(event) => {
                    if (event.key === 'Tab' || onlyModifier.includes(event.key)) return
                    event.preventDefault()
                    event.stopPropagation()
                    set(command.id, event.key === 'Backspace' ? '' : pressedKeys(event))
                  }}
                />
              </td>
              <td>
                {bindings[command.id] !== undefined && (
                  <Button look="plain" onClick={() => set(command.id, undefined)}>
                    {texts.settings.usualKeys}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </fieldset>
  )
}
