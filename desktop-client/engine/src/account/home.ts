import { homedir } from 'node:os'
import { join } from 'node:path'

export type Home = {
  /** Where everything of this client is kept. */
  readonly folder: string
  /** A folder chosen by CODELAB_HOME keeps the tokens too, so that two such folders never share a sign-in. */
  readonly chosen: boolean
}

/** Where this client keeps its data: CODELAB_HOME, else XDG_CONFIG_HOME/codelab, else the system's usual place. */
export function homeOf(env: Readonly<Record<string, string | undefined>>): Home {
  if (env.CODELAB_HOME) return { folder: env.CODELAB_HOME, chosen: true }
  if (env.XDG_CONFIG_HOME) return { folder: join(env.XDG_CONFIG_HOME, 'codelab'), chosen: false }
  if (env.APPDATA) return { folder: join(env.APPDATA, 'codelab'), chosen: false }
  return { folder: join(env.HOME ?? homedir(), '.config', 'codelab'), chosen: false }
}
