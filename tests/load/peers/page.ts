import type { Figure } from '../bench.ts'
import { factsShown, head, ofRoundsShown, row, shown, verdicts } from '../markdown.ts'
import { cases } from './cases.ts'
import { measures } from './measures.ts'
import type { Measured } from './rounds.ts'
import type { Results } from './targets.ts'

const memoryRows = (results: Results): string[] =>
  (['rest', 'loaded', 'after'] as const).map((when) =>
    row([
      `memory, ${when === 'rest' ? 'at rest' : when === 'loaded' ? 'under load' : 'after it'}, MiB`,
      ...[...results.values()].map(({ memory }) => (memory ? shown(memory[when]) : '–')),
    ]),
  )

const footnotes = (results: Results): string[] =>
  [...results].flatMap(([side, { cannot, remarks }]: [string, Measured]) => [
    ...[...cannot].map(([name, why]) => `- ${side} could not: ${cases[name].name} (${why.trim()})`),
    ...[...remarks].map(([name, what]) => `- ${side}, ${cases[name].name}: ${what}`),
  ])

/** All sides beside each other: the median of the rounds and the half of them around it. */
export function comparison(results: Results): string {
  const direct = results.get('direct')!
  const lines = Object.values(measures).map((measure) =>
    row([
      `${measure.name}, ${measure.unit}`,
      ...[...results.values()].map((side) => ofRoundsShown(measure.of(side, direct))),
    ]),
  )
  const notes = footnotes(results)
  return [
    ...head(['', ...results.keys()], ['---', ...[...results.keys()].map(() => '--:')]),
    ...lines,
    ...memoryRows(results),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n')
}

/** The same as plain data: of each side what each round gave. */
export const everyRound = (results: Results) => {
  const direct = results.get('direct')!
  const sides = [...results].map(([name, side]) => {
    const { memory, cannot, remarks } = side
    const rounds = Object.values(measures).flatMap(({ name: measure, unit, of }) => {
      const values = of(side, direct)
      return values ? [[`${measure}, ${unit}`, values] as const] : []
    })
    const named = { cannot: Object.fromEntries(cannot), remarks: Object.fromEntries(remarks) }
    return [name, { memory, ...named, rounds: Object.fromEntries(rounds) }] as const
  })
  return Object.fromEntries(sides)
}

/** The page that is kept in the documentation. */
export const pageOf = (
  results: Results,
  figures: readonly Figure[],
  about: {
    readonly facts: Readonly<Record<string, string>>
    readonly sides: readonly string[]
    /** What was changed for these figures, and what did not help. */
    readonly tried: string
  },
): string =>
  [
    '# llm-proxy beside its peers',
    'Written by `npm run bench -- peers --record`; the code is in `tests/load/peers/`. Every value is the median of the rounds, in brackets the quartiles of the rounds around it. Sides are asked in turn, in an order of each round’s own; each has the first core of the machine for itself, the model and the callers have the rest. CPU-seconds are the kernel’s, of a gateway’s process and its children. What is “added” is beyond the model asked directly, in the same round; “more” is by how much a request took longer than the same side’s own to a provider that does not fail, asked just before it. What one caller adds is told after a second of the same, and of that second. The 64 streams have 200 frames a second each: a side that cannot keep up reads them in bunches, which flatters its frames per CPU-second.',
    factsShown(about.facts),
    '## Targets',
    verdicts(figures),
    '## All sides',
    comparison(results),
    '## How each is set up',
    about.sides.map((line) => `- ${line}`).join('\n'),
    about.tried.trim(),
  ].join('\n\n') + '\n'
