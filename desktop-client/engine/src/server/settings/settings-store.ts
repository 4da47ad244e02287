import { watch } from 'node:fs'
import type { Settings, SettingsChange, SettingsState } from '@codelab/contracts/engine-ui/settings'
import type { Log } from '@codelab/runtime/log'
import { problemOf, EngineFailure } from '../../engine-failure.ts'
import { failureOfWrite } from './failure-of-write.ts'
import { makePrivateFolder } from '../../account/private-file.ts'
import { readSettings, type ReadSettings, writeSettings } from '../../settings/settings-file.ts'

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

/** This machine's settings as they are now, whoever changes them: this page, another engine, the terminal client, an editor. */
export async function openSettings(parts: {
  readonly home: string
  readonly sandbox: SettingsState['sandbox']
  readonly onChange: (state: SettingsState) => void
  readonly log: Log
}): Promise<SettingsStore> {
  const { home, sandbox, onChange, log } = parts
  await makePrivateFolder(home)
  let read: ReadSettings = await readSettings(home)

  const state = (): SettingsState => ({
    settings: read.settings,
    sandbox,
    ...(read.damaged.length > 0 && { problem: problemOf(damagedFailure(read.damaged)) }),
  })
  const adopt = (next: ReadSettings) => {
    const before = JSON.stringify(read)
    read = next
    if (JSON.stringify(next) !== before) onChange(state())
  }

  let timer: NodeJS.Timeout | undefined
  const watcher = watch(home, (_, name) => {
    if (name !== 'settings.json') return
    clearTimeout(timer)
    timer = setTimeout(() => {
      readSettings(home).then(adopt, (error: unknown) =>
        log.warn({ err: error }, 'the settings could not be read'),
      )
    }, 50)
  })
  watcher.on('error', () => undefined)

  return {
    current: () => read.settings,
    state,
    change: async (change) => {
      const settings = await writeSettings(home, change).catch((error: unknown) => {
        throw failureOfWrite(error, 'The settings')
      })
      adopt({ settings, damaged: [] })
      return state()
    },
    close: () => {
      clearTimeout(timer)
      watcher.close()
    },
  }
}
