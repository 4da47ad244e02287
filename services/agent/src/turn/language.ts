/** The languages of the agent's own texts. */
export type Language = 'en' | 'ru'

/** The best of our languages for an `Accept-Language` header; English when it names none of them. */
export function languageOf(header: string | undefined): Language {
  let best: { language: Language; weight: number } | undefined
  for (const range of (header ?? '').split(',')) {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';')
    const primary = tag.trim().split('-')[0]
    if (primary !== 'en' && primary !== 'ru') continue
    const quality = parameters.map((p) => /^\s*q\s*=\s*([\d.]+)\s*$/.exec(p)?.[1]).find(Boolean)
    const weight = quality === undefined ? 1 : Number(quality)
    if (weight > (best?.weight ?? 0)) best = { language: primary, weight }
  }
  return best?.language ?? 'en'
}

export const texts = {
  unavailable: {
    en: 'The AI service is temporarily unavailable. Please try again later.',
    ru: 'Извините, AI сервис временно недоступен.',
  },
  stepLimit: {
    en: 'I stopped here: this turn has used all the steps that one request may take. Send another message to go on.',
    ru: 'Я остановился: этот запрос исчерпал допустимое число шагов. Отправьте ещё одно сообщение, чтобы продолжить.',
  },
  repeated: {
    en: 'I stopped here: the same tool call was repeated over and over. Tell me what to do differently.',
    ru: 'Я остановился: один и тот же вызов инструмента повторялся снова и снова. Подскажите, что сделать иначе.',
  },
} as const satisfies Record<string, Record<Language, string>>
