import { resolve } from 'node:path'
import { firstLoad, sum } from '../support/page-size.ts'

/** What is loaded before the editor is first needed, in bytes after gzip. */
const budget = 450 * 1024

const built = process.env['CODELAB_UI'] ?? resolve('desktop-client/ui/dist')

test('the page is small enough to be there at once', async () => {
  const sizes = await firstLoad(built)
  // Document, script and styles at least: else nothing was measured.
  expect(sizes.size).toBeGreaterThan(2)
  expect(sum(sizes)).toBeLessThanOrEqual(budget)
})

test('the editor is not among what is loaded first', async () => {
  const names = [...(await firstLoad(built)).keys()]
  expect(names.filter((name) => /Editor|Diff|language|merge/i.test(name))).toEqual([])
})
