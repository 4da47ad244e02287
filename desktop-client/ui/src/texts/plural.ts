/** Forms of a counted noun, by the plural categories of the language that are used. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string }

/** `3 files`: a number with the right form after it. */
export const counter =
  (language: string) =>
  (number: number, forms: Forms): string => {
    const form = forms[new Intl.PluralRules(language).select(number)] ?? forms.other
    return `${new Intl.NumberFormat(language).format(number)} ${form}`
  }
