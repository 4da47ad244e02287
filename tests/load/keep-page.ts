import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { exec } from '../cluster/harness/exec.ts'

const root = resolve(import.meta.dirname, '../..')
const documents = join(root, 'docs/benchmarks')

/**
 * Writes a bench's page into the documentation, and beside it what every round gave, for whoever wants to count anew. `page` is given what
 * was tried for the figures and what did not help: `tried.md` in the bench's folder, written by hand.
 */
export async function keepPage(
  bench: string,
  { page, data }: { page: (tried: string) => string; data: unknown },
): Promise<void> {
  const tried = await readFile(join(import.meta.dirname, bench, 'tried.md'), 'utf8')
  const [text, numbers] = [join(documents, `${bench}.md`), join(documents, `${bench}.json`)]
  await mkdir(documents, { recursive: true })
  await writeFile(text, page(tried))
  await writeFile(numbers, JSON.stringify(data))
  // Everything in the repository is formatted.
  await exec(join(root, 'node_modules/.bin/oxfmt'), [text, numbers])
}
