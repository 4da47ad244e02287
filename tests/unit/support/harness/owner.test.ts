import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { isAbandoned, ownedName } from '../../../cluster/harness/owner.ts'

test('what a living process owns is not abandoned', async () => {
  const name = await ownedName()
  expect(name).toMatch(/^codelab-test-\d+-\d+-[0-9a-f]{6}$/)
  expect(await isAbandoned(name)).toBe(false)
  expect(await ownedName()).not.toBe(name)
})

test('what a process owned that is gone is abandoned', async () => {
  const child = spawn('true')
  await once(child, 'exit')
  expect(await isAbandoned(`codelab-test-${child.pid}-12345-abcdef`)).toBe(true)
})

test('a later process with the same id is another owner', async () => {
  expect(await isAbandoned(`codelab-test-${process.pid}-1-abcdef`)).toBe(true)
})

test('a name of another kind is nobody’s business', async () => {
  expect(await isAbandoned('kubepods')).toBe(false)
  expect(await isAbandoned('codelab-test-x')).toBe(false)
})
