import { setTimeout as pause } from 'node:timers/promises'
import { programPath } from '../../cluster/harness/programs.ts'
import { freePort } from '@codelab/standalone/stores/free-port'
import { type Bench, type Figure, rounds, type Surroundings, type Wish } from '../bench.ts'
import { keepPage } from '../keep-page.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { comparison, everyRound, pageOf } from '../peers/page.ts'
import { otherCores } from '../peers/place.ts'
import { createPrograms } from '../peers/programs.ts'
import { type Extent, type Measured, measureRounds, residentOf } from '../peers/rounds.ts'
import type { RunningSide, Setting, Side } from '../peers/side.ts'
import { direct } from '../peers/sides/direct.ts'
import { ferrogw } from '../peers/sides/ferrogw.ts'
import { litellm } from '../peers/sides/litellm.ts'
import { ours } from '../peers/sides/ours.ts'
import { pipe } from '../peers/sides/pipe.ts'
import { portkey } from '../peers/sides/portkey.ts'
import { rolter } from '../peers/sides/rolter.ts'
import { targetsOf } from '../peers/targets.ts'

const sides: readonly Side[] = [direct, pipe, ours, ferrogw, rolter, portkey, litellm]

const full: Extent & { restMs: number; calmMs: number } = {
  ...{ rounds, seconds: 2, requests: 0 },
  // A process that is calm gives memory back after five minutes.
  ...{ warmSeconds: 4, restMs: 75_000, calmMs: 345_000 },
  withinMs: 20 * 60_000,
}
/** Tries the bench itself. */
const small: typeof full = {
  rounds: 2,
  seconds: 0.2,
  requests: 40,
  warmSeconds: 3,
  restMs: 1_000,
  calmMs: 1_000,
  withinMs: 120_000,
}

type Started = Map<string, RunningSide>

async function startAll(setting: Setting): Promise<Started> {
  const started: Started = new Map()
  for (const side of sides) {
    setting.say(`starting ${side.name}`)
    started.set(side.name, await side.start(setting))
  }
  return started
}

async function restOf(started: Started): Promise<Map<string, Measured>> {
  const measured = new Map<string, Measured>()
  for (const [name, { pid }] of started) {
    const rest = pid === undefined ? undefined : await residentOf(pid)
    const memory = rest === undefined ? undefined : { rest, loaded: rest, after: Number.NaN }
    measured.set(name, { samples: new Map(), cannot: new Map(), remarks: new Map(), memory })
  }
  return measured
}

async function run(wanted: Surroundings & Wish): Promise<Figure[]> {
  const { folder, say, machine, small: isSmall, record, seed } = wanted
  if (isSmall && record) throw new Error('--small has no figures that --record could keep')
  const extent = isSmall ? small : full
  say(`seed ${seed}`)
  const [model, load] = [await programPath('bench-model'), await programPath('bench-load')]
  const programs = createPrograms(folder)
  try {
    const port = await freePort()
    const address = `127.0.0.1:${port}`
    await programs.start({
      name: 'model',
      command: model,
      args: ['-port', String(port)],
      readyUrl: `http://${address}/v1/models`,
      cores: otherCores,
    })
    const started = await startAll({ folder, model: address, programs, say })
    await pause(extent.restMs)
    const results = await restOf(started)
    const done = await measureRounds(started, results, {
      ...{ model: address, load, extent, say },
      random: seededRandom(seed),
      logFiles: programs.logFiles,
    })
    await pause(extent.calmMs)
    for (const [name, { pid }] of started) {
      const { memory } = results.get(name)!
      if (memory && pid !== undefined) memory.after = await residentOf(pid)
    }
    const figures = targetsOf(results)
    say(`all sides:\n\n${comparison(results)}\n`)
    const facts = {
      ...machine,
      seed: String(seed),
      rounds: String(done),
      'each case before the first round': `${extent.warmSeconds} s`,
    }
    if (record) {
      const about = sides.map(({ name, about: what }) => `**${name}**: ${what}`)
      await keepPage('peers', {
        page: (tried) => pageOf(results, figures, { facts, sides: about, tried }),
        data: { facts, figures, sides: everyRound(results) },
      })
    }
    await Promise.all([...started.values()].map(({ stop }) => stop()))
    return figures
  } finally {
    await programs.stop()
  }
}

/** llm-proxy beside the gateways that platform teams compare it with. */
export const peers: Bench = {
  name: 'peers',
  about:
    'llm-proxy beside Portkey, LiteLLM, ferrogw, rolter and the floor of Node (about 30 minutes)',
  onlyWhenNamed: true,
  run,
}
