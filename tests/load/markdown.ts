import { type Figure, holds } from './bench.ts'
import { ofRounds } from './peers/statistics.ts'

const significant = 3

/** Enough digits to compare by, with commas between thousands. */
export const shown = (value: number): string => {
  const digits = Math.max(0, significant - 1 - Math.floor(Math.log10(Math.abs(value) || 1)))
  return value.toLocaleString('en', {
    minimumFractionDigits: Math.min(digits, 2),
    maximumFractionDigits: Math.min(digits, 2),
  })
}

/** A line of a table. */
export const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** The first two lines of a table. */
export const head = (cells: readonly string[], align: readonly string[]): string[] => [
  row(cells),
  row(align),
]

/** The median of the rounds, and the half of them around it. */
export const ofRoundsShown = (values: readonly number[] | undefined): string => {
  if (!values || values.length === 0) return '–'
  const { median, low, high } = ofRounds(values)
  return `${shown(median)} (${shown(low)}–${shown(high)})`
}

const bound = ({ atLeast, atMost }: Figure) =>
  atLeast === undefined ? (atMost === undefined ? '' : `≤ ${atMost}`) : `≥ ${atLeast}`

/** Each figure beside what is wanted of it. */
export const verdicts = (figures: readonly Figure[]): string =>
  [
    ...head(['target', 'measured', 'wanted', 'holds'], ['---', '--:', '--:', '---']),
    ...figures.map((figure) => {
      const held = holds(figure)
      return row([
        figure.name,
        `${shown(figure.value)} ${figure.unit}`,
        bound(figure),
        held === undefined ? '' : held ? 'yes' : '**no**',
      ])
    }),
  ].join('\n')

/** What the figures depend on, a line each. */
export const factsShown = (facts: Readonly<Record<string, string>>): string =>
  Object.entries(facts)
    .map(([name, value]) => `- ${name}: ${value}`)
    .join('\n')
