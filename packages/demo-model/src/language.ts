export type Language = 'en' | 'ru'

/** Russian when the words have a Cyrillic letter, else English. Quoted pieces should have been taken out. */
export const languageOf = (words: string): Language =>
  /\p{Script=Cyrillic}/u.test(words) ? 'ru' : 'en'
