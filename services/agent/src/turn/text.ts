/** Makes a text storable: PostgreSQL knows no NUL character, and half a surrogate pair is no character at all. */
export const cleanText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD')

/** The same for every string, key or value, inside a JSON value. */
export function cleanJson<Value>(value: Value): Value {
  const clean = (part: unknown): unknown => {
    if (typeof part === 'string') return cleanText(part)
    if (Array.isArray(part)) return part.map(clean)
    if (part !== null && typeof part === 'object') {
      return Object.fromEntries(
        Object.entries(part).map(([key, inner]) => [cleanText(key), clean(inner)]),
      )
    }
    return part
  }
  return clean(value) as Value
}
