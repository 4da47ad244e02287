import { randomUUID } from 'node:crypto'
import { rounds, type Bench } from '../bench.ts'
import { connect } from '../client.ts'
import { callDirectly } from '../direct-call.ts'
import { messageFor, momentsIn, pacedModelName, startPacedModel } from '../paced-model.ts'
import { median, quantile } from '../statistics.ts'
import { withPlatform } from '../with-platform.ts'

const tokensPerSecond = 50
const perRound = 200

/** How long further tokens are on their way through the chain, against the way straight from the model server. */
export const tokens: Bench = {
  name: 'tokens',
  about: `delay that the chain adds to the tokens of an answer of ${tokensPerSecond} tokens/s`,
  async run({ folder, say }) {
    const model = await startPacedModel(tokensPerSecond)
    try {
      return await withPlatform({ folder, modelUrl: model.url }, async ({ gateway, token }) => {
        const through = async () => {
          const delays: number[] = []
          const client = await connect({
            gateway,
            token,
            session: randomUUID(),
            onFrame(frame, at) {
              if (frame.type !== 'assistant_message') return
              for (const moment of momentsIn(frame.token)) delays.push(at - moment)
            },
          })
          await client.ask(messageFor(perRound, randomUUID()), pacedModelName)
          await client.close()
          return delays.slice(1)
        }
        const straight = async () => {
          const delays: number[] = []
          const messages = [{ role: 'user', content: messageFor(perRound, 'a direct caller') }]
          await callDirectly(model.url, JSON.stringify({ messages, stream: true }), {
            onPiece(text, at) {
              for (const moment of momentsIn(text)) delays.push(at - moment)
            },
          })
          return delays.slice(1)
        }
        await through()
        const all = { chain: [] as number[], direct: [] as number[] }
        const added: number[] = []
        for (let round = 1; round <= rounds; round += 1) {
          const direct = await straight()
          const chain = await through()
          all.direct.push(...direct)
          all.chain.push(...chain)
          added.push(median(chain) - median(direct))
          say(
            `round ${round}: direct ${median(direct).toFixed(2)} ms, chain ${median(chain).toFixed(2)} ms, p99 ${quantile(chain, 0.99).toFixed(2)} ms`,
          )
        }
        return [
          { name: 'direct, median', value: median(all.direct), unit: 'ms' },
          { name: 'direct, p99', value: quantile(all.direct, 0.99), unit: 'ms' },
          { name: 'whole chain, median', value: median(all.chain), unit: 'ms' },
          {
            name: 'added by the chain, median of rounds',
            value: median(added),
            unit: 'ms',
            atMost: 2,
          },
          {
            name: 'added by the chain at p99',
            value: quantile(all.chain, 0.99) - quantile(all.direct, 0.99),
            unit: 'ms',
            atMost: 10,
          },
        ]
      })
    } finally {
      await model.close()
    }
  },
}
