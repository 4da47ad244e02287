import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { crdPath, crdText } from './crd.ts'

const root = join(import.meta.dirname, '../..')
const path = join(root, crdPath)
const text = crdText()

if (process.argv.includes('--check')) {
  const found = await readFile(path, 'utf8').catch(() => undefined)
  if (found !== text) {
    const what = found === undefined ? 'is missing' : 'differs from its source'
    process.stderr.write(`${crdPath} ${what}: run \`npm run generate\` and commit the result\n`)
    process.exitCode = 1
  }
} else {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  process.stdout.write(`wrote ${crdPath}\n`)
}
