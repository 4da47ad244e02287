import { checkedPassword } from '@codelab/auth/users/password-rules'

test.each([
  ['too short', 'seven77', /at least 8/],
  ['too long', 'x1y2'.repeat(65), /longer than 256/],
  ['common', 'password123', /first that an attacker/],
  ['common in another case', 'PassWord123', /first that an attacker/],
  ['repetitive', 'aaaaaaaaaaaa', /first that an attacker/],
  ['the name', 'Anna-Maria', /is the user name/],
])('a password that is %s is refused', (_what, password, message) => {
  expect(() => checkedPassword(password, 'anna-maria')).toThrow(message)
})

test.each([
  ['only small letters', 'correcthorse'],
  ['spaces', 'four words and spaces'],
  ['another script', 'правильная лошадь'],
  ['exactly eight', 'kd83hxza'],
  ['exactly 256', 'x1y2'.repeat(64)],
])('there are no rules of composition: %s', (_what, password) => {
  expect(checkedPassword(password, 'anna')).toBe(password)
})

test('both Unicode forms of a password are the same one', () => {
  expect(checkedPassword('gru\u0308ne Wiese', 'anna')).toBe(
    checkedPassword('gr\u00fcne Wiese', 'anna'),
  )
})
