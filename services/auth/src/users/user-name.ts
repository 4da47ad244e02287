import { Failure } from '@codelab/runtime/failure'

const longest = 64
/** Unicode characters, not UTF-16 units. */
export const characters = (text: string): number => Array.from(text).length
const allowed = /^[^\p{C}\p{Zl}\p{Zp}]+$/u

/** The form in which names are compared: one spelling for what looks the same, without regard to case. */
export const nameKey = (name: string): string =>
  name.normalize('NFC').toLowerCase().normalize('NFC')

/** Whether a user of this name can exist at all. */
export const isPossibleName = (name: string): boolean =>
  allowed.test(name) && characters(name) <= longest

/** A name as somebody typed it, fit for a record: short, nothing invisible. */
export const printableName = (name: string): string =>
  Array.from(name.replaceAll(/\p{C}/gu, '\uFFFD')).slice(0, longest).join('')

/** A name for a new user, in its stored form; throws `invalid_request` saying what is wrong. */
export function checkedName(input: string): string {
  const name = input.normalize('NFC')
  const refuse = (message: string) => new Failure('invalid_request', { message, field: 'name' })
  if (name.trim() === '') throw refuse('The user name is empty.')
  if (name !== name.trim()) throw refuse('The user name begins or ends with a space.')
  if (characters(name) > longest)
    throw refuse(`The user name is longer than ${longest} characters.`)
  if (!allowed.test(name)) throw refuse('The user name holds invisible or control characters.')
  return name
}
