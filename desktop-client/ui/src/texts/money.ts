/** `$1.20`, `$0.0042`: money in the language's form; below one unit with two digits that say something. `currency` is a code of ISO 4217. */
export const money =
  (language: string) =>
  (amount: number, currency: string): string =>
    new Intl.NumberFormat(language, {
      style: 'currency',
      currency,
      ...(amount > 0 &&
        amount < 1 && {
          maximumFractionDigits: Math.min(20, Math.max(2, 1 - Math.floor(Math.log10(amount)))),
        }),
    }).format(amount)
