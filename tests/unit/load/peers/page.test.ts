import { shown } from '../../../load/markdown.ts'
import { comparison, everyRound, pageOf } from '../../../load/peers/page.ts'
import { sample, side } from './results.ts'

const results = new Map([
  ['direct', side({ one: [sample({ p50: 20 })] })],
  [
    'gateway',
    side(
      { one: [sample({ p50: 120 }), sample({ p50: 130 }), sample({ p50: 140 })] },
      {
        cannot: new Map([['translated', 'answered 404\n']]),
        remarks: new Map([['fails429', 'asked the failing provider for 1 % of requests']]),
        memory: { rest: 37.25, loaded: 60, after: 55 },
      },
    ),
  ],
])

test('numbers have the digits that can be compared', () => {
  expect([12_345.6, 123.4, 12.34, 1.234, 0.0123, -0.5].map(shown)).toEqual([
    '12,346',
    '123',
    '12.3',
    '1.23',
    '0.01',
    '-0.50',
  ])
})

test('all sides stand beside each other, with what they could not do by name', () => {
  const table = comparison(
    new Map([...results, ['direct', side({ one: [1, 2, 3].map(() => sample({ p50: 20 })) })]]),
  )
  expect(table).toContain('|  | direct | gateway |')
  expect(table).toContain('| added at one caller, p50, µs | – | 110 (100–120) |')
  expect(table).toContain('| memory, at rest, MiB | – | 37.3 |')
  expect(table).toContain('- gateway could not: 64 streams of Anthropic (answered 404)')
  expect(table).toContain(
    '- gateway, first provider answers 429: asked the failing provider for 1 % of requests',
  )
})

test('the page tells facts, verdicts and how each side is set up', () => {
  const figures = [
    { name: 'memory at rest', value: 130, unit: 'MiB', atMost: 120 },
    { name: 'memory under load', value: 150, unit: 'MiB' },
  ] as const
  const page = pageOf(results, figures, {
    facts: { date: '2026-11-29', seed: '7' },
    sides: ['**gateway**: 1.0'],
    tried: '## What was tried\n\n- more of it\n',
  })
  expect(page).toContain('- date: 2026-11-29\n- seed: 7')
  expect(page).toContain('| memory at rest | 130 MiB | ≤ 120 | **no** |')
  expect(page).toContain('| memory under load | 150 MiB |  |  |')
  expect(page).toContain('- **gateway**: 1.0\n\n## What was tried\n\n- more of it\n')
})

test('what every round gave is kept as data', () => {
  const three = new Map([
    ...results,
    ['direct', side({ one: [1, 2, 3].map(() => sample({ p50: 20 })) })] as const,
  ])
  expect(everyRound(three)['gateway']).toMatchObject({
    memory: { rest: 37.25 },
    cannot: { translated: 'answered 404\n' },
    rounds: { 'added at one caller, p50, µs': [100, 110, 120] },
  })
})
