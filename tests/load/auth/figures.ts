import type { Figure } from '../bench.ts'
import { ofRounds, times } from '../peers/statistics.ts'
import type { CaseName, Results, Sample } from './rounds.ts'

type Read = (sample: Sample) => number

export const perSecond: Read = ({ count, seconds }) => count / seconds
export const perCpuSecond: Read = ({ count, cpuSeconds }) => count / cpuSeconds
/** Of everything that works for the answer, the load program not. */
export const perCpuSecondOfAll: Read = ({ count, cpuSeconds, storesCpuSeconds }) =>
  count / (cpuSeconds + storesCpuSeconds)

/** What is promised of auth, and what else is to be known to believe it. */
export function figuresOf(results: Results): Figure[] {
  const of = (name: CaseName, read: Read) => results.get(name)!.map(read)
  const middle = (values: readonly number[]) => ofRounds(values).median
  const ratio = (name: CaseName, base: CaseName, read: Read) =>
    middle(times(of(name, read), of(base, read)))
  const p99: Read = (sample) => sample.p99!
  const loopDelay: Read = (sample) => sample.loopDelay!
  const all = [...results.values()].flat()
  return [
    {
      name: 'password grants per second, to bare argon2id on all cores',
      value: ratio('sign-ins', 'bare hashes', perSecond),
      unit: 'ratio',
      atLeast: 0.93,
    },
    {
      name: 'password grants per CPU-second of auth, PostgreSQL and Redis, to bare argon2id',
      value: ratio('sign-ins', 'bare hashes', perCpuSecondOfAll),
      unit: 'ratio',
    },
    {
      name: 'refresh p99 while hashing, to its quiet p99',
      value: ratio('refresh while hashing', 'refresh, quiet', p99),
      unit: 'ratio',
      atMost: 2,
    },
    {
      name: 'event loop late while hashing, p99',
      value: middle(of('refresh while hashing', loopDelay)),
      unit: 'ms',
    },
    {
      name: 'event loop late otherwise (refresh, quiet), p99',
      value: middle(of('refresh, quiet', loopDelay)),
      unit: 'ms',
    },
    {
      name: 'refresh grants per CPU-second, to bare oidc-provider',
      value: ratio('refreshes', 'refreshes, bare provider', perCpuSecond),
      unit: 'ratio',
    },
    {
      name: 'JWKS answers per CPU-second, to bare oidc-provider',
      value: ratio('keys', 'keys, bare provider', perCpuSecond),
      unit: 'ratio',
    },
    {
      name: 'part of the processor time that the load took, sign-ins',
      value:
        100 *
        middle(
          results
            .get('sign-ins')!
            .map((s) => s.loadCpuSeconds / (s.cpuSeconds + s.storesCpuSeconds + s.loadCpuSeconds)),
        ),
      unit: '%',
    },
    {
      name: 'requests that failed in all rounds, of all sides',
      value: all.reduce((sum, { failed }) => sum + failed, 0),
      unit: 'count',
      atMost: 0,
    },
  ]
}
