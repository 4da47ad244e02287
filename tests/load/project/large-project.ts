import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export const files = 50_000

/** `flat`: all in one folder; `nested`: 50 folders of 50 folders of 20 files. */
export type Shape = 'flat' | 'nested'

const text = (n: number) => `export const part${n} = ${n}\n`
const name = (n: number) => `file-${String(n).padStart(5, '0')}.ts`

/** The word that stands in the last file only. */
export const rare = 'haystack_needle'

/** A project of 50,000 small files, with rules of git and a folder that they leave out. */
export async function makeLargeProject(folder: string, shape: Shape): Promise<void> {
  await mkdir(join(folder, 'node_modules/left/out'), { recursive: true })
  await writeFile(join(folder, '.gitignore'), 'node_modules/\ndist/\n*.log\n.cache/\ncoverage/\n')
  if (shape === 'flat') {
    for (let n = 0; n < files; n += 1) await writeFile(join(folder, name(n)), text(n))
    return
  }
  for (let n = 0; n < files; n += 20) {
    const part = join(folder, 'src', `area-${Math.floor(n / 1_000)}`, `part-${(n / 20) % 50}`)
    await mkdir(part, { recursive: true })
    for (let at = n; at < n + 20; at += 1)
      await writeFile(join(part, name(at)), at === files - 1 ? `${text(at)}// ${rare}\n` : text(at))
  }
}
