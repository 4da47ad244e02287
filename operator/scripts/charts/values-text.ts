import { stringify } from 'yaml'
import type { Schema } from '../structural-schema.ts'

const width = 100

/** Text as comment lines of at most the width. */
function comment(text: string, indent: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && `${indent}# ${line} ${word}`.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((each) => `${indent}# ${each}`)
}

const isSection = (node: Schema, value: unknown): boolean =>
  node.properties !== undefined &&
  typeof value === 'object' &&
  Object.keys(value as object).length > 0

const leaf = (name: string, value: unknown, indent: string): string[] =>
  stringify({ [name]: value }, { lineWidth: 0 })
    .trimEnd()
    .split('\n')
    .map((line) => `${indent}${line}`)

/** The lines of a block: each value below what it means. What has no default is not written. */
function block(node: Schema, values: Record<string, unknown>, indent = ''): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child], index) => {
    const value = values[name]
    if (value === undefined) return []
    const isTop = indent === ''
    const section = isSection(child, value)
    return [
      ...(isTop && index > 0 ? [''] : []),
      ...(child.description ? comment(child.description, indent) : []),
      ...(section
        ? [`${indent}${name}:`, ...block(child, value as Record<string, unknown>, `${indent}  `)]
        : leaf(name, value, indent)),
    ]
  })
}

/** values.yaml: every default, with its description above it. */
export const valuesText = (schema: Schema, values: unknown, source: string): string =>
  [
    `# Generated from ${source} by \`npm run generate\`; do not edit.`,
    '',
    ...block(schema, values as Record<string, unknown>),
    '',
  ].join('\n')
