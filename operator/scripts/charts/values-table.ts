import type { Schema } from '../structural-schema.ts'

type Row = readonly [name: string, meaning: string, standard: string]

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A part of an API with a default of its own is one value, not a section. */
const isSection = ({ properties, default: given = {} }: Schema): boolean =>
  properties !== undefined && isObject(given) && Object.keys(given).length === 0

/** One row for each value; below a section, also for what has no default. */
function rows(node: Schema, values: Record<string, unknown>, path = ''): Row[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]): Row[] => {
    const value = values[name] ?? child.default
    const full = `${path}${name}`
    if (value === undefined && path === '') return []
    if (isObject(value) && Object.keys(value).length > 0 && isSection(child))
      return rows(child, value, `${full}.`)
    return [[full, child.description ?? '', JSON.stringify(value) ?? '']]
  })
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** A table of all values for a README, one row for each that can be set. */
export function valuesTable(schema: Schema, values: unknown): string {
  const body = rows(schema, values as Record<string, unknown>).map(
    ([name, meaning, standard]) =>
      `| \`${name}\` | ${cell(meaning)} | ${standard && `\`${cell(standard)}\``} |`,
  )
  return ['| value | meaning | default |', '| --- | --- | --- |', ...body].join('\n')
}

const begin = '<!-- values: written by npm run generate -->'
const end = '<!-- end of values -->'

/** The README with its table renewed. */
export function withTable(readme: string, table: string): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`README.md needs the lines ${begin} and ${end}`)
  return `${readme.slice(0, from + begin.length)}\n\n${table}\n\n${readme.slice(to)}`
}
