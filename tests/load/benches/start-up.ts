import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { cleanEnvironment } from '../../support/platform.ts'
import { rounds, type Bench, type Surroundings } from '../bench.ts'
import { commandOf, memoryOfAll, processTree } from '../processes.ts'
import { median } from '../statistics.ts'

const root = resolve(import.meta.dirname, '../../..')
const restAfterMs = 10_000
const coldRounds = 3

/** `npm start` as a person types it, until its `ready` line. */
async function start(data: string) {
  const ports = ['gateway', 'agent', 'llm-proxy', 'auth'].flatMap((name) => [`--${name}-port`, '0'])
  const began = performance.now()
  const npm = spawn('npm', ['start', '--', '--headless', '--data', data, ...ports], {
    cwd: root,
    env: { ...cleanEnvironment(), OLLAMA_BASE_URL: 'http://127.0.0.1:1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const exited = once(npm, 'exit')
  const ready = new Promise<void>((settle) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      if (/^ready \{/m.test(output)) settle()
    }
    npm.stdout.on('data', read)
    npm.stderr.on('data', read)
  })
  await Promise.race([
    ready,
    exited.then(() => {
      throw new Error(`npm start ended:\n${output}`)
    }),
  ])
  const seconds = (performance.now() - began) / 1000
  const main = await mainBelow(npm.pid!)
  return {
    seconds,
    /** npm itself only waits; the product begins below it. */
    npm: npm.pid!,
    main,
    async stop() {
      process.kill(main, 'SIGTERM')
      await exited
    },
  }
}

async function mainBelow(pid: number): Promise<number> {
  for (const { pid: candidate } of await processTree(pid)) {
    const command = await commandOf(candidate)
    if (/^\S*node (--\S+ )*\S*standalone\/src\/main\.ts/.test(command)) return candidate
  }
  throw new Error('the process of npm start is not found')
}

async function timeOfStart(data: string) {
  const started = await start(data)
  await started.stop()
  return started.seconds
}

async function memoryAtRest(data: string, say: Surroundings['say']) {
  const started = await start(data)
  await pause(restAfterMs)
  const tree = await processTree(started.main)
  const together = await memoryOfAll(tree.map(({ pid }) => pid))
  const service = await memoryOfAll([started.main])
  const npm = await memoryOfAll([started.npm])
  say(`at rest: ${tree.length} processes of the product`)
  await started.stop()
  return { together, service, npm }
}

/** From `npm start` to its ready line, and what all of its processes take when nobody asks anything of them. */
export const startUp: Bench = {
  name: 'start',
  about: 'time from npm start to the ready line, and memory at rest',
  async run({ folder, say }) {
    const cold: number[] = []
    for (let round = 1; round <= coldRounds; round += 1) {
      cold.push(await timeOfStart(join(folder, `cold-${round}`)))
      say(`empty data folder: ${cold.at(-1)!.toFixed(2)} s`)
    }
    const data = join(folder, 'cold-1')
    const warm: number[] = []
    for (let round = 1; round <= rounds; round += 1) {
      warm.push(await timeOfStart(data))
      say(`existing data folder: ${warm.at(-1)!.toFixed(2)} s`)
    }
    const { together, service, npm } = await memoryAtRest(data, say)
    return [
      { name: 'npm start, empty data folder, median', value: median(cold), unit: 's' },
      { name: 'npm start, existing data, median', value: median(warm), unit: 's', atMost: 8 },
      { name: 'all processes at rest, PSS', value: together.pss, unit: 'MiB', atMost: 550 },
      {
        name: 'all processes at rest, every program counted whole',
        value: together.alone,
        unit: 'MiB',
      },
      { name: 'service process of these, PSS', value: service.pss, unit: 'MiB' },
      { name: 'npm itself, which waits beside them, PSS', value: npm.pss, unit: 'MiB' },
    ]
  },
}
