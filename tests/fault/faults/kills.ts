import type { Figure } from '../../load/bench.ts'
import type { Fault } from '../fault.ts'
import type { ServiceName } from '../fleet/member.ts'
import { pick } from '../fleet/random.ts'
import { forgetfulClients } from '../talk/forgetful-clients.ts'
import { underLoad, type Hurting } from '../talk/under-load.ts'

const killed = [
  'gateway',
  'agent-api',
  'agent-worker',
  'llm-proxy',
] as const satisfies ServiceName[]
const rolled = [...killed, 'auth'] as const satisfies ServiceName[]

const sizes = {
  small: { talkers: 12, rounds: 1, forgetful: 2 },
  full: { talkers: 60, rounds: 10, forgetful: 10 },
} as const

/** One process of each service in turn, any of its instances; the next when it is there again. */
async function killInTurn({ fleet, random }: Hurting): Promise<number> {
  for (const service of killed) {
    const member = pick(fleet.members(service), random)!
    await member.kill()
    await member.ready()
  }
  return killed.length
}

/** All deployments at once, each one instance after the other; answers the exit codes. */
async function rollOut({ fleet }: Hurting): Promise<(number | null)[]> {
  const codes = await Promise.all(
    rolled.map(async (service) => {
      const own: (number | null)[] = []
      for (const member of fleet.members(service)) own.push(await fleet.replace(member))
      return own
    }),
  )
  return codes.flat()
}

/** Processes that die and processes that are rolled out, under conversations that talk and execute tools. */
export const kills: Fault = {
  name: 'kills',
  about: 'services are killed in turn, then rolled out, while clients talk and execute tools',
  async run({ folder, say, size }) {
    const { talkers, rounds, forgetful } = sizes[size]
    const wish = (talker: number, message: number) => ({
      name: `${talker}:${message}`,
      words: 40,
      perSecond: 20,
      tools: message % 2,
    })
    return underLoad({ folder, say, talkers, wish }, async (hurting) => {
      const unknown = forgetfulClients({
        fleet: hurting.fleet,
        token: hurting.crowd.token,
        folder,
        count: forgetful,
      })
      // Awaited at the end.
      unknown.catch(() => undefined)
      let kills = 0
      for (let round = 1; round <= rounds; round += 1) {
        kills += await killInTurn(hurting)
        say(`round ${round} of killing is over`)
      }
      const codes: (number | null)[] = []
      for (let round = 1; round <= rounds; round += 1) {
        codes.push(...(await rollOut(hurting)))
        say(`round ${round} of rolling out is over`)
      }
      const unclean = codes.filter((code) => code !== 0).length
      return [
        { name: 'kills', value: kills, unit: 'count' },
        { name: 'replaced', value: codes.length, unit: 'count' },
        {
          name: 'replaced, ended with another code than 0',
          value: unclean,
          unit: 'count',
          atMost: 0,
        },
        ...(await unknown),
      ] satisfies Figure[]
    })
  },
}
