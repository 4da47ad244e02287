import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { bundle } from '@codelab/image/bundle'
import { type ControlPlane, startControlPlane } from '../../cluster/harness/control-plane.ts'
import { until } from '../../support/until.ts'
import type { Bench, Figure, Surroundings } from '../bench.ts'
import { type Written, writesOf } from '../operator/audit.ts'
import { type OperatorProcess, startOperator } from '../../support/operator/operator-process.ts'
import { openClient, prepare, shortWorkspace } from '../operator/workspaces.ts'
import { memoryOf } from '../processes.ts'
import { median, quantile } from '../statistics.ts'

const root = resolve(import.meta.dirname, '../../..')
const user = 'operator'
const namespaces = Array.from({ length: 10 }, (_, index) => `bench-${index}`)
const perSecond = 10
const paced = 100
const watchedMs = 60_000
const many = 1_000
const handOvers = 3

type Bed = {
  readonly plane: ControlPlane
  readonly program: string
  readonly kubeconfig: string
  readonly folder: string
  readonly say: Surroundings['say']
  start(name: string): Promise<OperatorProcess>
  create(count: number, from: number, perSecond?: number): Promise<void>
  writes(): Promise<Written[]>
}

async function createBed(
  { folder, say }: Surroundings,
  plane: ControlPlane,
): Promise<Bed & { close(): Promise<void> }> {
  const bundles = join(folder, 'bundles')
  await bundle({ operator: 'operator/src/main.ts' }, bundles)
  const program = join(bundles, 'operator.js')
  await prepare(plane.kubectl, join(root, 'crds/codelab.dev_codelabworkspaces.yaml'), namespaces)
  const kubeconfig = await plane.kubeconfigFor({ user, groups: ['system:masters'] })
  const { client, close } = openClient(plane.kubeconfigPath)
  return {
    plane,
    program,
    kubeconfig,
    folder,
    say,
    close,
    start: (name) =>
      startOperator({ program, kubeconfig, name, logFile: join(folder, `${name}.log`) }),
    async create(count, from, rate) {
      const began = performance.now()
      for (let index = 0; index < count; index += 1) {
        const place = namespaces[index % namespaces.length]!
        const creating = client.create(shortWorkspace(place, `w${from + index}`))
        if (!rate) await creating
        else await pause(Math.max(0, began + ((index + 1) * 1_000) / rate - performance.now()))
        await creating
      }
    },
    writes: () => writesOf(plane.auditLog, user),
  }
}

const isStatus = ({ resource, subresource }: Written) =>
  resource === 'codelabworkspaces' && subresource === 'status'

const isChild = ({ resource }: Written) => resource !== 'codelabworkspaces' && resource !== 'events'

/** Nothing was written for a while. */
async function quiet(bed: Bed, forMs: number, withinMs = 300_000): Promise<void> {
  let count = -1
  let since = performance.now()
  await until(
    'the operator has nothing left to write',
    async () => {
      const now = (await bed.writes()).length
      if (now !== count) {
        count = now
        since = performance.now()
      }
      await pause(250)
      return performance.now() - since > forMs
    },
    withinMs,
  )
}

/** A child belongs to the workspace whose name it begins with: `w17-`. */
const workspaceOf = ({ namespace, name }: Written) => `${namespace}/${name.split('-')[0]}`

async function creation(bed: Bed): Promise<Figure[]> {
  const operator = await bed.start('bench-create')
  await until('it leads', () => operator.isLeading())
  await bed.create(paced, 0, perSecond)
  await quiet(bed, 20_000)
  const created = new Map(
    (await writesOf(bed.plane.auditLog, 'admin'))
      .filter(({ resource, verb }) => resource === 'codelabworkspaces' && verb === 'create')
      .map((write) => [`${write.namespace}/${write.name}`, write.at]),
  )
  const writes = await bed.writes()
  const children = writes.filter(isChild)
  const last = new Map<string, number>()
  for (const child of children) {
    const key = workspaceOf(child)
    last.set(key, Math.max(last.get(key) ?? 0, child.at))
  }
  const delays = Array.from(last, ([key, at]) => at - created.get(key)!)
  const objects = new Set(
    children.map(({ resource, namespace, name }) => `${resource}/${namespace}/${name}`),
  )
  const statuses = writes.filter(isStatus)
  const mostStatuses = Math.max(
    ...[...created.keys()].map(
      (key) => statuses.filter(({ namespace, name }) => `${namespace}/${name}` === key).length,
    ),
  )
  await operator.end('SIGTERM')
  return [
    { name: `to all children, ${perSecond} creates/s, median`, value: median(delays), unit: 'ms' },
    {
      name: `to all children, ${perSecond} creates/s, p99`,
      value: quantile(delays, 0.99),
      unit: 'ms',
      atMost: 500,
    },
    { name: 'children of one workspace', value: objects.size / paced, unit: 'count' },
    {
      name: 'writes beyond one per child, all workspaces',
      value: children.length - objects.size,
      unit: 'count',
      atMost: 0,
    },
    {
      name: 'status writes of one workspace, at most',
      value: mostStatuses,
      unit: 'count',
      atMost: 3,
    },
    {
      name: 'events of one workspace, mean',
      value: writes.filter(({ resource }) => resource === 'events').length / paced,
      unit: 'count',
    },
  ]
}

/** How many writes came while `use` lasted. */
async function writesDuring(bed: Bed, use: () => Promise<unknown>): Promise<number> {
  const before = (await bed.writes()).length
  await use()
  return (await bed.writes()).length - before
}

/** Every workspace had its pass since the process began to lead. */
const settled = (operator: OperatorProcess, count: number) =>
  until(
    'every workspace had its pass',
    async () => {
      const text = await operator.metrics()
      const passes = [...text.matchAll(/^codelab_operator_reconcile_seconds_count\{.*\} (\d+)$/gm)]
      const done = passes.reduce((sum, [, number]) => sum + Number(number), 0)
      return done >= count && /^codelab_operator_queue_depth 0$/m.test(text)
    },
    120_000,
  )

async function rest(bed: Bed): Promise<Figure[]> {
  let operator = await bed.start('bench-rest')
  await settled(operator, paced)
  await quiet(bed, 20_000)
  bed.say(`${paced} settled workspaces are watched for a minute`)
  const idle = await writesDuring(bed, () => pause(watchedMs))
  await operator.end('SIGTERM')
  const restart = await writesDuring(bed, async () => {
    operator = await bed.start('bench-rest')
    await settled(operator, paced)
    await pause(5_000)
  })
  await operator.end('SIGTERM')
  return [
    { name: `writes in 60 s, ${paced} settled workspaces`, value: idle, unit: 'count', atMost: 0 },
    { name: 'writes after a restart', value: restart, unit: 'count', atMost: 0 },
  ]
}

async function scale(bed: Bed): Promise<Figure[]> {
  let operator = await bed.start('bench-many')
  await until('it leads', () => operator.isLeading())
  const began = performance.now()
  await bed.create(many - paced, paced)
  await quiet(bed, 20_000, 900_000)
  bed.say(`${many} workspaces after ${Math.round((performance.now() - began) / 1_000)} s`)
  const grown = (await memoryOf(operator.pid))!.rss
  await operator.end('SIGTERM')

  const from = performance.now()
  operator = await bed.start('bench-many')
  await settled(operator, many)
  const seconds = (performance.now() - from) / 1_000
  const afterStart = (await memoryOf(operator.pid))!.rss
  const writes = await writesDuring(bed, () => pause(watchedMs))
  const atRest = (await memoryOf(operator.pid))!.rss
  await operator.end('SIGTERM')
  return [
    { name: `restart settled, ${many} workspaces`, value: seconds, unit: 's', atMost: 20 },
    { name: `RSS right after creating ${many}`, value: grown, unit: 'MiB', atMost: 250 },
    { name: `RSS right after a restart with ${many}`, value: afterStart, unit: 'MiB', atMost: 250 },
    { name: `RSS a minute later`, value: atRest, unit: 'MiB', atMost: 250 },
    { name: `writes in that minute`, value: writes, unit: 'count', atMost: 0 },
  ]
}

async function handOver(bed: Bed, signal: 'SIGTERM' | 'SIGKILL'): Promise<number[]> {
  const times: number[] = []
  let leader = await bed.start(`bench-${signal}-0`)
  await until('it leads', () => leader.isLeading())
  for (let round = 1; round <= handOvers; round += 1) {
    const next = await bed.start(`bench-${signal}-${round}`)
    // Between two looks of the one that waits, not always at the same moment of them.
    await pause(700 * round)
    const from = performance.now()
    void leader.end(signal)
    await until('the other leads', () => next.isLeading(), 60_000)
    times.push((performance.now() - from) / 1_000)
    bed.say(`${signal}: the other leads after ${times.at(-1)!.toFixed(2)} s`)
    leader = next
  }
  await leader.end('SIGTERM')
  return times
}

/** The operator against a real API server without nodes: what it writes, how fast, how much it keeps, and who leads. */
export const operator: Bench = {
  name: 'operator',
  about: 'the operator at a real API server: 1,000 workspaces, writes, memory, hand-over',
  async run(surroundings) {
    const plane = await startControlPlane({
      folder: join(surroundings.folder, 'plane'),
      audit: true,
    })
    const bed = await createBed(surroundings, plane)
    try {
      const created = await creation(bed)
      const rested = await rest(bed)
      const terminated = await handOver(bed, 'SIGTERM')
      const killed = await handOver(bed, 'SIGKILL')
      const scaled = await scale(bed)
      return [
        ...created,
        ...rested,
        {
          name: 'hand-over on SIGTERM, longest',
          value: Math.max(...terminated),
          unit: 's',
          atMost: 2,
        },
        {
          name: 'hand-over on SIGKILL, longest',
          value: Math.max(...killed),
          unit: 's',
          atMost: 17,
        },
        ...scaled,
      ]
    } finally {
      await bed.close()
      await plane.stop()
    }
  },
}
