import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { holds, type Figure } from './bench.ts'

export type Result = { readonly bench: string; readonly figures: readonly Figure[] }

const format = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(value < 100 ? 2 : 0)

const verdict = (figure: Figure): string => {
  const held = holds(figure)
  return held === undefined ? '' : held ? 'yes' : '**no**'
}

const targetOf = ({ atMost, atLeast }: Figure): string =>
  [atLeast === undefined ? '' : `≥ ${atLeast}`, atMost === undefined ? '' : `≤ ${atMost}`]
    .filter(Boolean)
    .join(', ')

/** The figures as a Markdown table, under the facts that they depend on. */
export function table(machine: Record<string, string>, results: readonly Result[]): string {
  const facts = Object.entries(machine).map(([name, value]) => `- ${name}: ${value}`)
  const rows = results.flatMap(({ bench, figures }) =>
    figures.map(
      (figure) =>
        `| ${bench} | ${figure.name} | ${format(figure.value)} ${figure.unit} | ${targetOf(
          figure,
        )} | ${verdict(figure)} |`,
    ),
  )
  return [
    ...facts,
    '',
    '| bench | figure | measured | target | holds |',
    '| --- | --- | --: | --: | --- |',
    ...rows,
    '',
  ].join('\n')
}

/** Keeps the figures for comparison with later ones. */
export async function keep(
  file: string,
  machine: Record<string, string>,
  results: readonly Result[],
): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify({ machine, results }, null, 2)}\n`)
}
