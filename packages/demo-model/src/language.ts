export type Language = 'en' | 'ru'

/** Russian when the message has a Cyrillic letter outside of quotes, else English. */
export const languageOf = (message: string): Language =>
  /\p{Script=Cyrillic}/u.test(message.replace(/```[\s\S]*?```|`[^`]*`|"[^"]*"|«[^»]*»/g, ''))
    ? 'ru'
    : 'en'
