import type { Figure, Surroundings } from '../../load/bench.ts'
import { startFleet, type Fleet } from '../fleet/fleet.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { chooseSeed } from '../fleet/random.ts'
import type { Finding } from './check-ledger.ts'
import { crowdFigures, startCrowd, type Crowd } from './crowd.ts'
import { startKnownModel, type Wish } from './known-model.ts'

type Wanted = Pick<Surroundings, 'folder' | 'say'> & {
  readonly talkers: number
  readonly wish: (talker: number, message: number) => Wish
  readonly env?: Parameters<typeof startFleet>[0]['env']
}

/** What is hurt, and with what chance; a run with the same seed is hurt in the same order. */
export type Hurting = {
  readonly fleet: Fleet
  readonly crowd: Crowd
  readonly random: () => number
}

const toldOfEachKind = 10

/** One turn that failed puts all later answers of its conversation in a wrong place; these must not hide it. */
const someOfEachKind = (findings: readonly Finding[]): Finding[] =>
  [...Map.groupBy(findings, ({ kind }) => kind).values()].flatMap((alike) =>
    alike.slice(0, toldOfEachKind),
  )

/**
 * Starts a workspace and conversations in it, hurts it, lets the conversations come to their ends, and looks whether anything of
 * them is lost, doubled or wrong. Answers those figures after the ones of `hurt` itself.
 */
export async function underLoad(
  { folder, say, talkers, wish, env }: Wanted,
  hurt: (hurting: Hurting) => Promise<Figure[]>,
): Promise<Figure[]> {
  const seed = chooseSeed()
  say(`seed ${seed}`)
  const model = await startKnownModel()
  try {
    const fleet = await startFleet({ folder, modelUrl: model.url, ...(env && { env }) })
    try {
      const crowd = await startCrowd({ fleet, folder, count: talkers, wish, say })
      try {
        const own = await hurt({ fleet, crowd, random: seededRandom(seed) })
        say('no more is hurt')
        await crowd.finish()
        say('all conversations have come to an end')
        const findings = await crowd.check()
        for (const { kind, session, what } of someOfEachKind(findings))
          say(`${kind}: ${what} (session ${session})`)
        for (const crash of fleet.crashes()) say(`unasked: ${crash}`)
        const unasked = fleet.crashes().length
        return [
          ...own,
          ...crowdFigures(crowd, findings),
          { name: 'processes ended unasked', value: unasked, unit: 'count', atMost: 0 },
        ]
      } finally {
        crowd.close()
      }
    } finally {
      await fleet.stop()
    }
  } finally {
    await model.close()
  }
}
