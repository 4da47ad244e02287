import { randomUUID } from 'node:crypto'
import { startOpenAI } from '../../support/vendors/openai.ts'
import { demoScript } from '../../support/vendors/stand-in.ts'
import { rounds, type Bench, type Figure } from '../bench.ts'
import { connect } from '../client.ts'
import { callDirectly } from '../direct-call.ts'
import { median, quantile } from '../statistics.ts'
import { withPlatform, type SignedIn } from '../with-platform.ts'

const perRound = 15
const model = 'gpt-4o'
const message = 'count to 5'

/** A client of one session; `measure` sends a message and gives the milliseconds until the answer's first frame. */
async function openSession({ gateway, token }: SignedIn) {
  let firstAt: number | undefined
  const client = await connect({
    gateway,
    token,
    session: randomUUID(),
    onFrame(frame, at) {
      if (frame.type === 'assistant_message') firstAt ??= at
    },
  })
  return {
    async measure() {
      firstAt = undefined
      const sent = performance.now()
      await client.ask(message, model)
      return firstAt! - sent
    },
    close: () => client.close(),
  }
}

async function measureDirectly(url: string, body: string) {
  let firstAt: number | undefined
  const sent = performance.now()
  await callDirectly(url, body, { onPiece: (_text, at) => void (firstAt ??= at) })
  return firstAt! - sent
}

async function measureInNewSession(signedIn: SignedIn) {
  const session = await openSession(signedIn)
  const time = await session.measure()
  await session.close()
  return time
}

/** The first token through socket, gateway, agent and llm-proxy against the same request put to the model server itself. */
export const firstToken: Bench = {
  name: 'first-token',
  about: 'time to the first token through the whole chain, against the model server itself',
  async run({ folder, say }) {
    const vendor = await startOpenAI({ script: demoScript })
    try {
      return await withPlatform({ folder, modelUrl: vendor.url }, async (signedIn) => {
        const running = await openSession(signedIn)
        for (let turn = 0; turn < 30; turn += 1) await running.measure()
        const body = JSON.stringify(vendor.completions().at(-1)!.body)
        for (let call = 0; call < 30; call += 1) await measureDirectly(vendor.url, body)

        const sides = {
          direct: () => measureDirectly(vendor.url, body),
          running: () => running.measure(),
          fresh: () => measureInNewSession(signedIn),
        }
        const times = { direct: [] as number[], running: [] as number[], fresh: [] as number[] }
        const added = { running: [] as number[], fresh: [] as number[] }
        for (let round = 1; round <= rounds; round += 1) {
          const of = { direct: [] as number[], running: [] as number[], fresh: [] as number[] }
          for (let turn = 0; turn < perRound; turn += 1)
            for (const side of ['direct', 'running', 'fresh'] as const)
              of[side].push(await sides[side]())
          for (const side of ['direct', 'running', 'fresh'] as const) times[side].push(...of[side])
          for (const side of ['running', 'fresh'] as const)
            added[side].push(median(of[side]) - median(of.direct))
          say(
            `round ${round}: direct ${median(of.direct).toFixed(2)} ms, added in a running session ${added.running.at(-1)!.toFixed(2)} ms, in a new one ${added.fresh.at(-1)!.toFixed(2)} ms`,
          )
        }
        await running.close()
        return figuresOf(times, added)
      })
    } finally {
      await vendor.close()
    }
  },
}

function figuresOf(
  times: Record<'direct' | 'running' | 'fresh', number[]>,
  added: Record<'running' | 'fresh', number[]>,
): Figure[] {
  return [
    { name: 'model server itself, median', value: median(times.direct), unit: 'ms' },
    { name: 'whole chain, median', value: median(times.running), unit: 'ms' },
    { name: 'whole chain, p99', value: quantile(times.running, 0.99), unit: 'ms' },
    {
      name: 'added by the chain, median of rounds',
      value: median(added.running),
      unit: 'ms',
      atMost: 10,
    },
    {
      name: 'added by the chain to the first message of a new session, median of rounds',
      value: median(added.fresh),
      unit: 'ms',
      atMost: 10,
    },
    {
      name: 'whole chain to the model server itself',
      value: median(times.running) / median(times.direct),
      unit: 'ratio',
    },
  ]
}
