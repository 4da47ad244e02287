import type { Figure } from '../bench.ts'
import { factsShown, head, ofRoundsShown, row, verdicts } from '../markdown.ts'
import { measureNames, measures, type Results } from './measures.ts'

/** All sides beside each other: the median of the rounds and the half of them around it. */
export function comparison(results: Results): string {
  const sides = [...results.keys()]
  const notes = [...results].flatMap(([side, { remarks }]) =>
    [...remarks.values()].map((what) => `- ${side}: ${what}`),
  )
  return [
    ...head(['', ...sides], ['---', ...sides.map(() => '--:')]),
    ...measureNames.map((name) =>
      row([
        measures[name].join(', '),
        ...[...results.values()].map(({ values }) => ofRoundsShown(values.get(name))),
      ]),
    ),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n')
}

/** The same as plain data: of each side what each round gave. */
export const everyRound = (results: Results): object =>
  Object.fromEntries(
    [...results].map(([side, { values, remarks }]) => [
      side,
      { remarks: [...remarks.values()], rounds: Object.fromEntries(values) },
    ]),
  )

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
    '# The gateway beside other relays',
    'Written by `npm run bench -- relay --record`; the code is in `tests/load/relay/`. Every value is the median of the rounds, in brackets the quartiles of the rounds around it. Sides are asked in turn, in an order of each round’s own; each has the first core of the machine for itself; the agent stand-in and the clients (both in Go), and the gateway’s Redis, have the rest. CPU-seconds are the kernel’s, of a relay’s process and its children. Delivery is from the agent stand-in’s write to the client’s read. Every client looks at every frame: none may be missing, doubled or out of order. “One by one” is 200 streams of 50 frames a second, each frame a write of the agent’s; memory of an idle socket is what 1,000 of them add to the process, just started, after 400 have come and gone.',
    factsShown(about.facts),
    '## Targets',
    verdicts(figures),
    '## All sides',
    comparison(results),
    '## How each is set up',
    about.sides.map((line) => `- ${line}`).join('\n'),
    about.tried.trim(),
  ].join('\n\n') + '\n'
