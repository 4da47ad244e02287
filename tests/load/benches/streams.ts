import { randomUUID } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { ServerFrame } from '@codelab/contracts/frames'
import type { Bench, Figure } from '../bench.ts'
import { cacheRates, useCaches } from '../cache-rates.ts'
import { connect } from '../client.ts'
import {
  messageFor,
  momentsIn,
  pacedModelName,
  startPacedModel,
  type PacedModel,
} from '../paced-model.ts'
import { memoryOf, processTree } from '../processes.ts'
import { quantile } from '../statistics.ts'
import { withPlatform, type SignedIn } from '../with-platform.ts'

const sessions = 100
const tokensPerSecond = 50
const seconds = 24
const tokens = seconds * tokensPerSecond

/** Until then all the answers begin at once, which is another matter than how they go on. */
const beginningMs = 3_000

type Heard = {
  delays: number[]
  /** Those after the beginning. */
  steady: number[]
  frames: number
  wrong: string[]
  began: number
}

/** One session: streams its answer and notes every frame that is missing, out of order or not what the model said. */
async function follow({ gateway, token }: SignedIn, model: PacedModel, heard: Heard) {
  const session = randomUUID()
  const message = messageFor(tokens, session)
  let lastSeq = 0
  let text = ''
  let whole: string | undefined
  const onFrame = (frame: ServerFrame, at: number) => {
    heard.frames += 1
    if (!('seq' in frame)) return
    if (frame.seq !== lastSeq + 1) heard.wrong.push(`${session}: ${frame.seq} after ${lastSeq}`)
    lastSeq = frame.seq
    if (frame.type !== 'assistant_message') return
    text += frame.token
    if (frame.is_final) whole = frame.content
    for (const moment of momentsIn(frame.token)) {
      heard.delays.push(at - moment)
      if (at > heard.began + beginningMs) heard.steady.push(at - moment)
    }
  }
  const client = await connect({ gateway, token, session, onFrame })
  return {
    session,
    async stream() {
      await client.ask(message, pacedModelName)
      const said = model.said(message)
      if (text !== said || whole !== said) heard.wrong.push(`${session}: the text differs`)
    },
    close: () => client.close(),
  }
}

const cpuSecondsOf = async (pid: number) => {
  const tree = await processTree(pid)
  return {
    service: tree[0]!.cpuSeconds,
    all: tree.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
  }
}

/** Looks at the process every half second until it is stopped; gives the highest values. */
function watchMemory(pid: number) {
  const highest = { pss: 0, rss: 0 }
  const look = async () => {
    const now = await memoryOf(pid)
    highest.pss = Math.max(highest.pss, now?.pss ?? 0)
    highest.rss = Math.max(highest.rss, now?.rss ?? 0)
  }
  const timer = setInterval(() => void look(), 500)
  return async () => {
    clearInterval(timer)
    await look()
    return highest
  }
}

async function measure(signedIn: SignedIn, model: PacedModel, say: (line: string) => void) {
  const { pid, ready } = signedIn.platform
  const heard: Heard = { delays: [], steady: [], frames: 0, wrong: [], began: Infinity }
  const all = await Promise.all(
    Array.from({ length: sessions }, () => follow(signedIn, model, heard)),
  )
  say(`${sessions} sessions are open; ${tokens} tokens to each`)
  const ownDelay = monitorEventLoopDelay({ resolution: 1 })
  ownDelay.enable()
  const highest = watchMemory(pid)
  const before = await cpuSecondsOf(pid)
  heard.frames = 0
  const began = (heard.began = performance.now())
  await Promise.all(all.map((session) => session.stream()))
  const lasted = (performance.now() - began) / 1000
  const after = await cpuSecondsOf(pid)
  const memory = await highest()
  ownDelay.disable()
  await Promise.all(all.map((session) => session.close()))
  for (const wrong of heard.wrong.slice(0, 5)) say(wrong)
  const service = after.service - before.service
  say(
    `${lasted.toFixed(1)} s, ${heard.frames} frames; processor seconds: ${service.toFixed(1)} of the service process, ${(after.all - before.all).toFixed(1)} with its stores`,
  )
  await useCaches(
    signedIn,
    all.map(({ session }) => session),
  )
  return { heard, memory, lasted, service, ownDelay, caches: await cacheRates(ready.admin) }
}

function figuresOf(measured: Awaited<ReturnType<typeof measure>>): Figure[] {
  const { heard, memory, lasted, service, ownDelay, caches } = measured
  const lost = sessions * tokens - heard.delays.length
  return [
    { name: 'tokens lost', value: lost, unit: 'count', atMost: 0 },
    {
      name: 'frames out of order, texts not exact',
      value: heard.wrong.length,
      unit: 'count',
      atMost: 0,
    },
    { name: 'service process at most, RSS', value: memory.rss, unit: 'MiB', atMost: 400 },
    { name: 'service process at most, PSS', value: memory.pss, unit: 'MiB' },
    { name: 'frames of the service process', value: heard.frames / service, unit: 'frames/CPU-s' },
    { name: 'from model to client, median', value: quantile(heard.delays, 0.5), unit: 'ms' },
    { name: 'from model to client, p99', value: quantile(heard.delays, 0.99), unit: 'ms' },
    {
      name: 'from model to client after the first 3 s, p99',
      value: quantile(heard.steady, 0.99),
      unit: 'ms',
    },
    { name: 'lateness of the bench itself, p99', value: lateness(ownDelay), unit: 'ms' },
    { name: 'time that the streams took', value: lasted, unit: 's' },
    ...caches,
  ]
}

/** What the model and the clients, which share the bench's process, add to a delay. The monitor counts its own resolution of 1 ms too. */
const lateness = (histogram: ReturnType<typeof monitorEventLoopDelay>) =>
  Math.max(0, histogram.percentile(99) / 1e6 - 1)

/** Many sessions stream at once: nothing may be lost, and memory stays bounded. */
export const streams: Bench = {
  name: 'streams',
  about: `${sessions} sessions, each streaming ${tokensPerSecond} tokens/s for ${seconds} s`,
  async run({ folder, say }) {
    const model = await startPacedModel(tokensPerSecond)
    try {
      return await withPlatform({ folder, modelUrl: model.url }, async (signedIn) =>
        figuresOf(await measure(signedIn, model, say)),
      )
    } finally {
      await model.close()
    }
  },
}
