import type { Settings } from '@codelab/contracts/engine-ui/settings'
import { createContext, useContext } from 'react'
import { en, type Texts } from './en.ts'
import { ru } from './ru.ts'

export type Language = 'en' | 'ru'

const catalogues: Readonly<Record<Language, Texts>> = { en, ru }

/** The language that the person chose, else the system's when it is one of ours. */
export function languageFor(chosen: Settings['language'], system: string): Language {
  if (chosen !== 'system') return chosen
  return system.toLowerCase().startsWith('ru') ? 'ru' : 'en'
}

export const textsIn = (language: Language): Texts => catalogues[language]

export const TextsContext = createContext<Texts>(en)

/** All that the page says, in the person's language. */
export const useTexts = (): Texts => useContext(TextsContext)
