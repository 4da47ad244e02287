import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../values')

/** The value files of the operator's chart that every judge is shown, by name; `default` is none. */
export const valueFiles: Readonly<Record<string, readonly string[]>> = {
  default: [],
  ...Object.fromEntries(
    readdirSync(folder).map((name) => [name.replace('.yaml', ''), [join(folder, name)]]),
  ),
}

export const everything = valueFiles['everything']!
