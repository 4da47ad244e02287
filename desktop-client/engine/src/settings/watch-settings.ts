import { watch } from 'node:fs'
import type { Log } from '@codelab/runtime/log'
import { makePrivateFolder } from '../account/private-file.ts'
import { readSettings, type ReadSettings } from './settings-file.ts'

export type WatchedSettings = {
  current(): ReadSettings
  /** Takes what was just written, before the file's own news come. */
  adopt(next: ReadSettings): void
  close(): void
}

/** This machine's settings as they are now, whoever changes them: a page, another engine, the terminal client, an editor. */
export async function watchSettings(parts: {
  readonly home: string
  readonly log: Log
  readonly onChange?: () => void
}): Promise<WatchedSettings> {
  const { home, log, onChange = () => undefined } = parts
  await makePrivateFolder(home)
  let read = await readSettings(home)

  const adopt = (next: ReadSettings) => {
    const before = JSON.stringify(read)
    read = next
    if (JSON.stringify(next) !== before) onChange()
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
    current: () => read,
    adopt,
    close: () => {
      clearTimeout(timer)
      watcher.close()
    },
  }
}
