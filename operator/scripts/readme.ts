import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createMetrics } from '@codelab/runtime/metrics'
import { createOperatorMetrics } from '../src/metrics.ts'
import { reasons } from '../src/workspace/reasons.ts'

export const readmePath = 'operator/README.md'

type Meaning = { readonly status: string; readonly meaning: string; readonly help?: string }

/** Padded as the formatter does it, or the two would undo each other. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  const [first, ...others] = cells.map((row) => row.map((cell, at) => cell.padEnd(widths[at]!)))
  return [first!, widths.map((width) => '-'.repeat(width)), ...others]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')
}

/** Conditions that have the very same reasons share their rows. */
function reasonRows(): string[][] {
  const owners = new Map<Readonly<Record<string, Meaning>>, string[]>()
  for (const [type, meanings] of Object.entries(reasons))
    owners.set(meanings, [...(owners.get(meanings) ?? []), type])
  return Array.from(owners).flatMap(([meanings, types]) =>
    Object.entries(meanings).map(([reason, { status, meaning, help = '–' }]) => [
      types.join(', '),
      `\`${reason}\``,
      status,
      meaning,
      help,
    ]),
  )
}

async function metricRows(): Promise<string[][]> {
  const metrics = createMetrics('operator', { processMetrics: false })
  createOperatorMetrics(metrics).watch({
    cluster: { sizes: () => [], workspaces: () => [] },
    queueDepth: () => 0,
    isLeading: () => false,
  })
  const all = await metrics.registry.getMetricsAsJSON()
  return all.map(({ name, type, help }) => [`\`${name}\``, String(type), help])
}

/** The text with what is between two marks renewed. */
function withSection(text: string, name: string, content: string): string {
  const begin = `<!-- ${name}: written by npm run generate -->`
  const end = `<!-- end of ${name} -->`
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${readmePath} needs the lines ${begin} and ${end}`)
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`
}

/** The operator's README with its tables of reasons and metrics renewed; its other text is kept. */
export async function operatorReadme(root: string): Promise<string> {
  const text = await readFile(join(root, readmePath), 'utf8')
  const conditions = table(['condition', 'reason', 'status', 'meaning', 'what to do'], reasonRows())
  const metrics = table(['metric', 'kind', 'meaning'], await metricRows())
  return withSection(withSection(text, 'reasons', conditions), 'metrics', metrics)
}
