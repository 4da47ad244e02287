import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { bundle, root } from '@codelab/image/bundle'
import { demoModel, programs } from '@codelab/image/programs'
import { nodeFlagsOf } from '@codelab/operator/workspace/children/node-flags'
import { startWorkspace } from '../../support/image/workspace.ts'
import { startOwnStores } from '../../support/own-stores.ts'
import type { Bench, Figure, Surroundings } from '../bench.ts'
import { memoryOf, memoryOfAll, processTree } from '../processes.ts'

const restAfterMs = 15_000
const stranger = 'demo-model'

type Way = { readonly name: string; readonly file: (program: string) => string }

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0)

/** The processes that this one has started, and not those that they have. */
const childPids = async (): Promise<Set<number>> => {
  const children = (await processTree(process.pid)).filter(({ parent }) => parent === process.pid)
  return new Set(children.map(({ pid }) => pid))
}

/** Resident MiB of each process, and of the stores beside them, when nobody asks anything of them. */
async function atRest({ file }: Way, cwd: string) {
  const before = await childPids()
  const stores = await startOwnStores()
  const started = (await childPids()).difference(before)
  try {
    const workspace = await startWorkspace({
      databaseUrl: await stores.databaseUrl('bench'),
      redisUrl: stores.redisUrl,
      argumentsFor: (program) => [...nodeFlagsOf(program), file(program)],
      cwd,
    })
    await pause(restAfterMs)
    const processes = new Map<string, number>()
    for (const [name, { pid }] of workspace.running)
      if (name !== stranger) processes.set(name, (await memoryOf(pid))?.rss ?? Number.NaN)
    const tree = (await Promise.all([...started].map(processTree))).flat()
    const { pss } = await memoryOfAll(tree.map(({ pid }) => pid))
    await workspace.stop()
    return { processes, stores: pss }
  } finally {
    await stores.stop()
  }
}

/** Outside the checkout: libraries load what they find there though they do not need it. */
async function run({ say }: Surroundings): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'codelab-bundles-'))
  try {
    await bundle({ ...programs, ...demoModel }, join(folder, 'app'))
    return await measure(join(folder, 'app'), folder, say)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(app: string, cwd: string, say: Surroundings['say']): Promise<Figure[]> {
  const sources: Readonly<Record<string, string>> = { ...programs, ...demoModel }
  const ways: readonly Way[] = [
    { name: 'bundled', file: (program) => join(app, `${program}.js`) },
    { name: 'from sources', file: (program) => join(root, sources[program]!) },
  ]
  const figures: Figure[] = []
  for (const way of ways) {
    say(`a workspace ${way.name}, at rest for ${restAfterMs / 1_000} s`)
    const { processes, stores } = await atRest(way, cwd)
    for (const [name, value] of processes)
      figures.push({ name: `${name}, ${way.name}`, value, unit: 'MiB' })
    const all = sum(processes.values()) + stores
    figures.push({
      name: `five processes, PostgreSQL and Redis, ${way.name}`,
      value: all,
      unit: 'MiB',
      ...(way.name === 'bundled' && { atMost: 900 }),
    })
  }
  return figures
}

/** What the processes of a default workspace take, as its pods run them and as a checkout does. */
export const bundles: Bench = {
  name: 'bundles',
  about: 'memory of a workspace’s processes at rest, bundled and from sources',
  run,
}
