import { commandOf, UsageError } from '@codelab/auth/admin/commands'
import type { Operations } from '@codelab/auth/admin/operations'

const anna = { id: 'id', name: 'anna', roles: ['a', 'b'], disabled: false }
const never = () => Promise.reject(new Error('not expected'))

/** Operations that only note what they were asked. */
function noting() {
  const asked: unknown[] = []
  const operations: Operations = {
    addUser: async (input) => (asked.push(input), anna),
    setPassword: async (name, password) => (asked.push([name, password]), anna),
    disableUser: never,
    enableUser: never,
    listUsers: async () => [anna, { ...anna, name: 'gone', roles: [], disabled: true }],
    rotateKey: never,
  }
  return { asked, operations }
}

test('user add takes name, roles and a line of standard input', async () => {
  const { asked, operations } = noting()
  const command = commandOf(['user', 'add', 'anna', '--password-stdin', '--role', 'a', '--role=b'])
  expect(await command(operations, async () => ' a phrase ')).toEqual(['added anna (id)'])
  expect(asked).toEqual([{ name: 'anna', roles: ['a', 'b'], password: ' a phrase ' }])
})

test('user list is one line for each', async () => {
  expect(await commandOf(['user', 'list'])(noting().operations, never)).toEqual([
    'anna\tid\tenabled\ta,b',
    'gone\tid\tdisabled\t-',
  ])
})

test.each([
  [[]],
  [['user']],
  [['user', 'remove', 'anna']],
  [['user', 'add', '--password-stdin']],
  [['user', 'add', 'anna']],
  [['user', 'add', 'anna', 'berta', '--password-stdin']],
  [['user', 'disable', 'anna', '--password-stdin']],
  [['user', 'password', 'anna', '--password-stdin', '--role', 'x']],
  [['user', 'list', 'anna']],
  [['key', 'rotate', '--now']],
])('%j is a usage error', (args) => {
  expect(() => commandOf(args)).toThrow(UsageError)
})
