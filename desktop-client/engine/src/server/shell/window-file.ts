import { join } from 'node:path'
import { WindowState } from '@codelab/contracts/engine-ui/shell'
import { readOptional, writePrivateFile } from '../../account/private-file.ts'

const pathIn = (home: string) => join(home, 'window.json')

/** Where the window was last; undefined when that is not known. */
export async function readWindow(home: string): Promise<WindowState | undefined> {
  try {
    return WindowState.safeParse(JSON.parse((await readOptional(pathIn(home))) ?? 'null')).data
  } catch {
    return undefined
  }
}

export const saveWindow = (home: string, window: WindowState): Promise<void> =>
  writePrivateFile(pathIn(home), JSON.stringify(window))
