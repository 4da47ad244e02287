import { join } from 'node:path'
import { z } from 'zod'
import { readOptional, writePrivateFile } from '../account/private-file.ts'
import { nameOfServer } from '../account/token-file.ts'

const Binding = z.object({ session_id: z.string(), folder: z.string() })

/** Below the client's own folder. */
export const undoFolderIn = (folder: string): string => join(folder, 'undo')

/** Which project folder of this machine belongs to which session. Only there are its tools executed. */
export type Bindings = {
  folderOf(sessionId: string): Promise<string | undefined>
  bind(sessionId: string, folder: string): Promise<void>
  /** The file that remembers what this machine has executed for the session. */
  journalOf(sessionId: string): string
  /** Where what was there before the changes of all sessions is kept. */
  readonly undoFolder: string
}

/** One small file per session under the client's own folder, apart for each server. */
export function createBindings(folder: string, server: string): Bindings {
  const pathOf = (sessionId: string, ending: string) =>
    join(folder, 'sessions', nameOfServer(server), `${encodeURIComponent(sessionId)}.${ending}`)
  return {
    folderOf: async (sessionId) => {
      const text = await readOptional(pathOf(sessionId, 'json'))
      if (text === undefined) return undefined
      const binding = Binding.parse(JSON.parse(text))
      return binding.session_id === sessionId ? binding.folder : undefined
    },
    bind: (sessionId, project) =>
      writePrivateFile(
        pathOf(sessionId, 'json'),
        JSON.stringify({ session_id: sessionId, folder: project }),
      ),
    journalOf: (sessionId) => pathOf(sessionId, 'journal'),
    undoFolder: undoFolderIn(folder),
  }
}
