import { startAnthropic } from '../../support/vendors/anthropic.ts'
import { startOllama } from '../../support/vendors/ollama.ts'
import { startOpenAI } from '../../support/vendors/openai.ts'
import type { StandIn } from '../../support/vendors/stand-in.ts'
import { well, type Storm } from './storms.ts'

/** A provider as llm-proxy knows it, and what a test can do to it. */
export type Vendor = {
  readonly model: string
  readonly settings: object
  /** Fails from now on, or is well again. */
  play(storm: Storm | undefined): void
  /** Moments of the calls upstream since then, and of their answers' ends. */
  calls(since: number): number[]
  close(): Promise<void>
}

type Start = (options: { script: () => typeof well }) => Promise<StandIn>

/** Each speaks its own vendor's wire format. */
const kinds: readonly { type: string; path: string; model: string; start: Start }[] = [
  {
    type: 'openai',
    path: '/v1',
    model: 'gpt-4o',
    start: (options) => startOpenAI({ ...options, models: ['gpt-4o'] }),
  },
  { type: 'anthropic', path: '', model: 'claude-3-opus', start: startAnthropic },
  { type: 'ollama', path: '', model: 'llama2', start: startOllama },
]
/** Two more that no storm comes over: the model that answers in a sick one's place, and one that has nothing to do with it. */
const calm = ['spare', 'steady']

async function startVendor(
  { type, path, start }: (typeof kinds)[number],
  name: string,
  model: string,
): Promise<Vendor> {
  let storm: Storm | undefined
  let nth = 0
  const calls: number[] = []
  const standIn = await start({
    script() {
      calls.push(performance.now())
      return storm?.reply(nth++) ?? well
    },
  })
  const key = type === 'ollama' ? {} : { apiKey: 'sk-of-the-tests' }
  return {
    model: `${name}/${model}`,
    settings: { name, type, baseURL: standIn.url + path, models: [model], ...key },
    play(next) {
      storm = next
      nth = 0
    },
    calls: (since) => calls.filter((at) => at >= since),
    close: () => standIn.close(),
  }
}

export async function startVendors() {
  const [openai] = kinds
  const sick = await Promise.all(kinds.map((kind) => startVendor(kind, kind.type, kind.model)))
  const others = await Promise.all(calm.map((name) => startVendor(openai!, name, openai!.model)))
  const all = [...sick, ...others]
  return {
    sick,
    spare: others[0]!,
    steady: others[1]!,
    settings: JSON.stringify(all.map(({ settings }) => settings)),
    close: async () => void (await Promise.all(all.map((vendor) => vendor.close()))),
  }
}
