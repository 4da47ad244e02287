import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@codelab/standalone/stores/free-port'
import type { Call, Way } from '../call.ts'
import { chatCall } from '../chat-call.ts'
import { installPython } from '../install/python.ts'
import type { Setting, Side } from '../side.ts'

const version = '1.5.10'
const key = 'fgw_bench'

type Wanted = {
  readonly name: string
  readonly program: string
  /** In the order in which they are asked. */
  readonly targets: Readonly<Record<string, string>>
}

/** One of its processes: a vendor has one address in each. */
async function startOne({ folder, programs }: Setting, { name, program, targets }: Wanted) {
  const port = await freePort()
  const config = join(folder, `${name}.yaml`)
  const list = Object.keys(targets).map((virtual_key) => ({ virtual_key }))
  await writeFile(config, JSON.stringify({ strategy: { mode: 'fallback' }, targets: list }))
  const vendors = Object.entries(targets).flatMap(([vendor, host]) => [
    [`${vendor.toUpperCase()}_API_KEY`, 'sk-x'],
    [`${vendor.toUpperCase()}_BASE_URL`, `http://${host}`],
  ])
  const { pid, stop } = await programs.start({
    name,
    command: program,
    args: ['serve'],
    env: {
      ...(Object.fromEntries(vendors) as Record<string, string>),
      ...{ MASTER_KEY: key, GATEWAY_CONFIG: config, PORT: String(port) },
      // The limit of requests is not what is measured, and nothing outside is asked.
      ...{ RATE_LIMIT_RPS: '0', FERRO_MODEL_CATALOG_TIMEOUT: '0', LOG_LEVEL: 'error' },
    },
    readyUrl: `http://127.0.0.1:${port}/health`,
  })
  const call = (asked: string): Call => chatCall({ pid, port, key }, asked)
  return { pid, stop, call }
}

/** Ferro Labs' gateway (Go). */
export const ferrogw: Side = {
  name: 'ferrogw',
  about: `ferrogw ${version}; master key checked; no retries; a process of its own for each failing provider`,
  async start(setting) {
    const { model, say } = setting
    const program = join(await installPython('ferrogw', version, say), 'bin/ferrogw')
    const main = await startOne(setting, {
      name: 'ferrogw',
      program,
      targets: { openai: model, anthropic: model },
    })
    // Two vendors that serve the same model; the first one fails.
    const after = async (name: string, first: string) =>
      startOne(setting, { name, program, targets: { groq: first, together: model } })
    const limited = await after('ferrogw-429', `${model}/429`)
    const broken = await after('ferrogw-500', `${model}/500`)
    const refused = await after('ferrogw-refused', '127.0.0.1:1')
    const both = 'openai/gpt-oss-20b'
    const calls: Partial<Record<Way, Call>> = {
      openai: main.call('gpt-4o-mini'),
      anthropic: main.call('claude-sonnet-4-5'),
      'fails with 429': limited.call(both),
      'fails with 500': broken.call(both),
      refuses: refused.call(both),
    }
    return {
      pid: main.pid,
      call: (way) => calls[way],
      stop: async () => {
        await Promise.all([main, limited, broken, refused].map(({ stop }) => stop()))
      },
    }
  },
}
