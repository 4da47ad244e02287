import { en, type Texts } from './en.ts'
import { ru } from './ru.ts'

export type Language = 'en' | 'ru'

const catalogues: Readonly<Record<Language, Texts>> = { en, ru }

/** The person's language by the usual variables; English when it is none of ours. */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  const wanted = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return wanted.toLowerCase().startsWith('ru') ? 'ru' : 'en'
}

export const textsIn = (language: Language): Texts => catalogues[language]
