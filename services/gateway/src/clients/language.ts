/** An Accept-Language header that is safe to pass on; anything odd counts as none given. */
export const passedLanguage = (header: string | undefined): string | undefined =>
  header && /^[A-Za-z0-9*,;=. -]{1,256}$/.test(header) ? header : undefined
