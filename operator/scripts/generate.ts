import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { generatedFiles } from './generated.ts'

const root = join(import.meta.dirname, '../..')
const isCheck = process.argv.includes('--check')

for (const { path, text } of await generatedFiles()) {
  const file = join(root, path)
  const found = await readFile(file, 'utf8').catch(() => undefined)
  if (found === text) continue
  if (isCheck) {
    const what = found === undefined ? 'is missing' : 'differs from its source'
    process.stderr.write(`${path} ${what}: run \`npm run generate\` and commit the result\n`)
    process.exitCode = 1
    continue
  }
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  process.stdout.write(`wrote ${path}\n`)
}
