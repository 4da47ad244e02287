import type { Figure } from '../bench.ts'
import { factsShown, head, ofRoundsShown, row, verdicts } from '../markdown.ts'
import { perCpuSecond, perSecond } from './figures.ts'
import type { Results, Sample } from './rounds.ts'

const columns: Readonly<Record<string, (sample: Sample) => number | undefined>> = {
  'per second': perSecond,
  'per CPU-second of its own': perCpuSecond,
  'p50, ms': ({ p50 }) => p50,
  'p99, ms': ({ p99 }) => p99,
  'CPU-ms each': ({ cpuSeconds, count }) => (1_000 * cpuSeconds) / count,
  '… of the stores': ({ storesCpuSeconds, count }) => (1_000 * storesCpuSeconds) / count,
  '… of the load': ({ loadCpuSeconds, count }) => (1_000 * loadCpuSeconds) / count,
  'event loop late, p99, ms': ({ loopDelay }) => loopDelay,
}

/** All cases below each other: the median of the rounds and the half of them around it. */
export const comparison = (results: Results): string =>
  [
    ...head(['', ...Object.keys(columns)], ['---', ...Object.keys(columns).map(() => '--:')]),
    ...[...results].map(([name, samples]) =>
      row([
        name,
        ...Object.values(columns).map((read) => {
          const values = samples.map(read)
          return ofRoundsShown(values.every((value) => value !== undefined) ? values : undefined)
        }),
      ]),
    ),
  ].join('\n')

/** The page that is kept in the documentation. */
export const pageOf = (
  results: Results,
  figures: readonly Figure[],
  { facts, tried }: { facts: Readonly<Record<string, string>>; tried: string },
): string =>
  [
    '# auth beside the bare hash and the bare provider',
    'Written by `npm run bench -- auth --record`; the code is in `tests/load/auth/`. Every value is the median of the rounds, in brackets the quartiles of the rounds around it; a ratio is of the two sides of the same round. Cases come in turn, in an order of each round’s own. Everything, the load program and the stores too, has all cores of the machine, as sign-ins must: what each of them took is in the table. CPU-seconds are the kernel’s.',
    factsShown(facts),
    '## Targets',
    verdicts(figures),
    '## All cases',
    comparison(results),
    '- **bare hashes**: argon2id with the parameters of the service, by `node:crypto`, in a process with its flags; as many at once as there are cores, and nothing else.\n- **refresh**: every refresh rotates its token; one caller. **While hashing**: beside as many sign-ins as fill all cores.\n- **bare provider**: oidc-provider with the configuration, the storage and the grant of the service, on a database of its own in the same PostgreSQL; no guard, audit, log, metrics, cache of users, nor Koa application around it.',
    '## What helped and what did not',
    tried.trim(),
  ].join('\n\n') + '\n'
