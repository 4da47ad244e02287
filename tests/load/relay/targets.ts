import type { Figure } from '../bench.ts'
import { ofRounds, times } from '../peers/statistics.ts'
import { type Measure, measures, type Results } from './measures.ts'

const own = 'gateway'

/** What is promised of the gateway beside other relays, with the figures of one run; those whose sides are missing are left out. */
export function targetsOf(results: Results): Figure[] {
  const figures: Figure[] = []
  const valuesOf = (measure: Measure, side: string) => results.get(side)?.values.get(measure)
  const ratio = (
    measure: Measure,
    side: string,
    { of = own, ...bound }: Pick<Figure, 'atLeast' | 'atMost'> & { of?: string },
  ) => {
    const [ours, theirs] = [valuesOf(measure, of), valuesOf(measure, side)]
    if (!ours || !theirs) return
    const value = ofRounds(times(ours, theirs)).median
    const whose = of === own ? '' : ` of ${of}`
    const name = `${measures[measure][0]}${whose}, to ${side}`
    figures.push({ name, value, unit: 'ratio', ...bound })
  }
  ratio('live', 'splice', { atLeast: 0.85 })
  ratio('live', 'parse', { atLeast: 4 })
  ratio('live', 'Bun', { atLeast: 0.5 })
  ratio('bunched', 'splice', {})
  ratio('bunched', 'parse', {})
  ratio('bunched', 'Bun', {})
  ratio('idle', 'splice', { atMost: 1.2 })
  ratio('idle', 'Socket.IO', { atMost: 1.2 })
  ratio('opened', 'ws', { atLeast: 0.6 })
  ratio('opened', 'splice', {})
  ratio('opened', 'checked', {})
  ratio('opened', 'ws', { of: 'splice' })
  ratio('opened', 'ws', { of: 'checked' })
  ratio('reopened', 'ws', {})
  ratio('reopened', 'splice', {})
  const told = (measure: Measure) => {
    const values = valuesOf(measure, own)
    const [name, unit] = measures[measure]
    if (values) figures.push({ name, value: ofRounds(values).median, unit: unit as Figure['unit'] })
  }
  for (const measure of ['stormP99', 'stormMs', 'stalledP99', 'stalledMiB'] as const) told(measure)
  return figures
}
