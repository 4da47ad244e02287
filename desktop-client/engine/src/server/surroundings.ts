import type { ApplicationState } from '@codelab/contracts/engine-ui/application'
import type { Language } from './feeds/notification-texts.ts'

/** The language that was chosen, else the system's when it is one of ours. */
export function languageOf(
  chosen: string,
  env: Readonly<Record<string, string | undefined>>,
): Language {
  const wanted = chosen === 'system' ? (env.LC_ALL ?? env.LC_MESSAGES ?? env.LANG ?? '') : chosen
  return wanted.toLowerCase().startsWith('ru') ? 'ru' : 'en'
}

export const platformOf = (platform: NodeJS.Platform): ApplicationState['platform'] =>
  platform === 'linux' || platform === 'darwin' || platform === 'win32' ? platform : 'other'
