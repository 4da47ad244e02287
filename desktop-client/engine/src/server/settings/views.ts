import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { maxViewBytes } from '@codelab/contracts/engine-ui/application'
import { Failure } from '@codelab/runtime/failure'
import { readOptional, writePrivateFile } from '../../account/private-file.ts'
import { failureOfWrite } from '../../account/failure-of-write.ts'

const mostViews = 500

/** What pages remember: one private file for each key. */
export type Views = {
  read(key: string): Promise<unknown>
  save(key: string, value: unknown): Promise<void>
}

const parsed = (text: string | undefined): unknown => {
  try {
    return text === undefined ? null : JSON.parse(text)
  } catch {
    return null
  }
}

async function prune(folder: string): Promise<void> {
  const names = await readdir(folder)
  if (names.length <= mostViews) return
  const aged = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  )
  const oldest = aged
    .toSorted((left, right) => left.at - right.at)
    .slice(0, names.length - mostViews)
  for (const { name } of oldest) await rm(join(folder, name), { force: true })
}

export function createViews(home: string): Views {
  const folder = join(home, 'views')
  const pathOf = (key: string) => join(folder, `${encodeURIComponent(key)}.json`)
  return {
    read: async (key) => parsed(await readOptional(pathOf(key))),
    save: async (key, value) => {
      if (value === null) return rm(pathOf(key), { force: true })
      const text = JSON.stringify(value)
      if (Buffer.byteLength(text) > maxViewBytes)
        throw new Failure('payload_too_large', {
          message: `A view remembers at most ${maxViewBytes} bytes.`,
        })
      try {
        await writePrivateFile(pathOf(key), text)
        await prune(folder)
      } catch (error) {
        throw failureOfWrite(error, 'What this page remembers')
      }
      return undefined
    },
  }
}
