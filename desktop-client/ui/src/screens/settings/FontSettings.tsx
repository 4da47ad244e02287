import type { Settings, SettingsChange } from '@codelab/contracts/engine-ui/settings'
import { Field } from '../../parts/Field.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './SettingsView.module.css'

/** Size of all type, and the font of code; taken over when the field is left. */
export function FontSettings({
  settings,
  onChange,
}: {
  readonly settings: Settings
  readonly onChange: (change: SettingsChange) => void
}) {
  const texts = useTexts().settings
  return (
    <div className={styles['fonts']}>
      <Field
        key={`size-${settings.font_size}`}
        label={texts.fontSize}
        type="number"
        min={8}
        max={32}
        defaultValue={settings.font_size}
        onBlur={({ target }) => {
          const size = target.valueAsNumber
          if (target.validity.valid && size !== settings.font_size) onChange({ font_size: size })
        }}
      />
      <Field
        key={`family-${settings.font_family}`}
        label={texts.fontFamily}
        hint={texts.fontFamilyHint}
        defaultValue={settings.font_family}
        onBlur={({ target }) => {
          if (target.value !== settings.font_family) onChange({ font_family: target.value })
        }}
      />
    </div>
  )
}
