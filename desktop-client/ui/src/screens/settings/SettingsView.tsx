import { chooseServer } from '@codelab/contracts/engine-ui/account'
import {
  changeSettings,
  type SettingsChange,
  type SettingsState,
} from '@codelab/contracts/engine-ui/settings'
import { useState } from 'react'
import { call } from '../../engine/call.ts'
import type { EngineFailure } from '../../engine/failure.ts'
import { ProblemText } from '../../parts/ProblemText.tsx'
import { usePage } from '../../state/store.ts'
import { useTexts } from '../../texts/texts.ts'
import { ServerForm } from '../sign-in/ServerForm.tsx'
import { Choice } from './Choice.tsx'
import { FontSettings } from './FontSettings.tsx'
import { KeyBindings } from './KeyBindings.tsx'
import { Rules } from './Rules.tsx'
import styles from './SettingsView.module.css'

/** What a person may choose on this computer; each choice is kept at once. */
export function SettingsView({ state }: { readonly state: SettingsState }) {
  const texts = useTexts().settings
  const server = usePage(({ application }) => application?.account.server ?? '')
  const [failure, setFailure] = useState<EngineFailure>()
  const { settings, sandbox, problem } = state
  const change = async (body: SettingsChange) => {
    setFailure(undefined)
    try {
      await call(changeSettings, { body })
    } catch (error) {
      setFailure(error as EngineFailure)
    }
  }
  const moveTo = (address: string) => {
    setFailure(undefined)
    call(chooseServer, { body: { server: address } }).catch((error: EngineFailure) =>
      setFailure(error),
    )
  }
  return (
    <section className={styles['settings']} aria-labelledby="settings-title">
      <h2 id="settings-title">{texts.title}</h2>
      {problem && <ProblemText problem={problem} />}
      {failure && <ProblemText problem={failure} />}
      <Choice
        label={texts.theme}
        value={settings.theme}
        options={texts.themes}
        onChoose={(theme) => void change({ theme })}
      />
      <Choice
        label={texts.language}
        value={settings.language}
        options={texts.languages}
        onChoose={(language) => void change({ language })}
      />
      <FontSettings settings={settings} onChange={(body) => void change(body)} />
      <Choice
        label={texts.sandbox}
        value={settings.sandbox}
        options={texts.sandboxes}
        hint={sandbox.available ? texts.sandboxThere : (sandbox.note ?? texts.sandboxAway)}
        onChoose={(value) => void change({ sandbox: value })}
      />
      <label className={styles['check']}>
        <input
          type="checkbox"
          checked={settings.notifications}
          onChange={(event) => void change({ notifications: event.target.checked })}
        />
        {texts.notifications}
      </label>
      <Rules rules={settings.approval_rules} onChange={(body) => void change(body)} />
      <KeyBindings bindings={settings.key_bindings} onChange={(body) => void change(body)} />
      <h3>{texts.server}</h3>
      <ServerForm key={server} server={server} busy={false} onChoose={moveTo} />
    </section>
  )
}
