import { Failure } from '@codelab/runtime/failure'
import { characters, nameKey } from './user-name.ts'

export const shortestPassword = 8
export const longestPassword = 256

/** What people choose most and guessers try first, at least eight characters long, without what `isRepetitive` catches. */
const common = new Set(
  `password password1 password12 password123 passw0rd p@ssw0rd p@ssword pa55word mypassword
  12345678 123456789 1234567890 12345678910 87654321 987654321 0987654321 11223344 12341234 123123123 147258369 789456123
  1q2w3e4r 1q2w3e4r5t 1qaz2wsx q1w2e3r4 qazwsxedc zaq12wsx qwertyui qwertyuiop qwerty123 qwerty12 qwer1234 asdfghjk asdfghjkl zxcvbnm1
  йцукенгш йцукенгшщз пароль123 парольпароль abcd1234 abc12345 abcdefgh abcdefghi a1b2c3d4 a1234567 aa123456
  iloveyou iloveyou1 sunshine princess football baseball superman batman123 trustno1 starwars whatever
  letmein1 letmein123 welcome1 welcome123 admin123 admin1234 administrator changeme changeme1 default1 secret123
  computer internet michelle jennifer samantha charlie1 liverpool chelsea1 arsenal1 barcelona dragon123 monkey123
  master123 shadow123 test1234 testtest guest123 root1234 toor1234 login123 user1234 codelab1 codelab123 codelab1234`
    .split(/\s+/)
    .filter((entry) => entry !== ''),
)

const isRepetitive = (password: string) => new Set(password).size < 3

/**
 * The password in the form that is hashed (NFC, so that every keyboard gives the same bytes).
 * Throws `invalid_request`: too short, too long, among the most common, or the user's own name. No composition rules.
 */
export function checkedPassword(input: string, name: string): string {
  const password = input.normalize('NFC')
  const refuse = (message: string) => new Failure('invalid_request', { message, field: 'password' })
  const length = characters(password)
  if (length < shortestPassword) {
    throw refuse(`The password needs at least ${shortestPassword} characters.`)
  }
  if (length > longestPassword) {
    throw refuse(`The password is longer than ${longestPassword} characters.`)
  }
  if (common.has(password.toLowerCase()) || isRepetitive(password)) {
    throw refuse('This password is one of the first that an attacker would try; choose another.')
  }
  if (nameKey(password) === nameKey(name)) {
    throw refuse('The password is the user name; choose another.')
  }
  return password
}
