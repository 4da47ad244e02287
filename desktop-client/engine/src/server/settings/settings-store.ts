import type { Settings, SettingsChange, SettingsState } from '@codelab/contracts/engine-ui/settings'
import type { Log } from '@codelab/runtime/log'
import { problemOf, EngineFailure } from '../../engine-failure.ts'
import { failureOfWrite } from '../../account/failure-of-write.ts'
import { writeSettings } from '../../settings/settings-file.ts'
import { watchSettings } from '../../settings/watch-settings.ts'

export type SettingsStore = {
  current(): Settings
  state(): SettingsState
  change(change: SettingsChange | { server: string }): Promise<SettingsState>
  close(): void
}

const damagedFailure = (damaged: readonly string[]) =>
  new EngineFailure('unprocessable', 'settings_damaged', {
    message: `The settings of this machine could not be read whole (${damaged.join(', ')}). What is shown here is in force; the next change keeps the old file as settings.json.damaged.`,
  })

/** This machine's settings for its pages, who change them too. */
export async function openSettings(parts: {
  readonly home: string
  readonly sandbox: SettingsState['sandbox'] | Promise<SettingsState['sandbox']>
  readonly onChange: (state: SettingsState) => void
  readonly log: Log
}): Promise<SettingsStore> {
  const { home, onChange, log } = parts
  const [sandbox, watched] = await Promise.all([
    parts.sandbox,
    watchSettings({ home, log, onChange: () => onChange(state()) }),
  ])

  const state = (): SettingsState => {
    const { settings, damaged } = watched.current()
    return {
      settings,
      sandbox,
      ...(damaged.length > 0 && { problem: problemOf(damagedFailure(damaged)) }),
    }
  }

  return {
    current: () => watched.current().settings,
    state,
    change: async (change) => {
      const settings = await writeSettings(home, change).catch((error: unknown) => {
        throw failureOfWrite(error, 'The settings')
      })
      watched.adopt({ settings, damaged: [] })
      return state()
    },
    close: () => watched.close(),
  }
}
