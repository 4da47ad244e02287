import { isTooDeep } from '@codelab/runtime/json-depth'
import type { ToolCall } from './provider.ts'

/** How much of broken arguments is kept for the model to see its mistake. */
const keptCharacters = 16_384

const objectIn = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return value && typeof value === 'object' && !Array.isArray(value) && !isTooDeep(value)
      ? { ...value }
      : undefined
  } catch {
    return undefined
  }
}

/** The arguments of one call as a model wrote them. No text at all means no arguments; what is no JSON object is kept as text beside `{}`. */
export const readArguments = (text: string): Pick<ToolCall, 'arguments' | 'invalid_arguments'> => {
  if (text.trim() === '') return { arguments: {} }
  const value = objectIn(text)
  return value
    ? { arguments: value }
    : { arguments: {}, invalid_arguments: text.slice(0, keptCharacters) }
}
