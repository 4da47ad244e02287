import { rounds, type Bench } from '../bench.ts'
import { openJobsRig } from '../jobs-rig.ts'
import { median, quantile } from '../statistics.ts'
import { until } from '../../support/until.ts'

const concurrency = 20
const perRound = 400
const pickUps = 1_000

/** So many at a time, each next one as soon as one is done; jobs per second. */
async function rateOf(queue: () => Promise<unknown>): Promise<number> {
  let left = perRound
  const lane = async () => {
    while (left > 0) {
      left -= 1
      await queue()
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: concurrency }, lane))
  return (perRound * 1_000) / (performance.now() - began)
}

type Started = { stop(): Promise<void> }

/** Works a queue off that was filled before; jobs per second, from the worker's start until the last one's end is written. */
async function workOff(
  start: (onRun: (id: string) => void) => Started,
  left: () => Promise<number>,
): Promise<number> {
  let ran = 0
  const began = performance.now()
  const worker = start(() => void (ran += 1))
  await until('all have run', () => ran >= perRound, 60_000)
  await until('all ends are written', async () => (await left()) === 0, 60_000)
  const rate = (perRound * 1_000) / (performance.now() - began)
  await worker.stop()
  return rate
}

type Picked = { queue: () => Promise<string>; work: (onRun: (id: string) => void) => Started }

/** Queues one job after the other while a worker is idle; from each commit until its run begins. */
async function pickUpTimes({ queue, work }: Picked): Promise<number[]> {
  const begun = new Map<string, number>()
  const worker = work((id) => void begun.set(id, performance.now()))
  const times: number[] = []
  for (let count = 0; count < pickUps; count += 1) {
    const id = await queue()
    const committed = performance.now()
    const at = await until('the job is picked up', () => begun.get(id))
    times.push(Math.max(0, at - committed))
  }
  await worker.stop()
  return times.slice(20)
}

/** Long jobs against bare BullMQ on the same server: row, frame, queue, claim, lease and end against the queue alone. */
export const jobs: Bench = {
  name: 'jobs',
  about: `long jobs against bare BullMQ, ${concurrency} at a time`,
  async run({ folder, say }) {
    const rig = await openJobsRig(folder, concurrency)
    try {
      const queued = { ours: [] as number[], bare: [] as number[], ratio: [] as number[] }
      const worked = { ours: [] as number[], bare: [] as number[], ratio: [] as number[] }
      for (let round = 0; round <= rounds; round += 1) {
        const add = {
          bare: await rateOf(() => rig.queueBare()),
          ours: await rateOf(() => rig.queueOurs()),
        }
        const work = {
          bare: await workOff(
            (onRun) => rig.workBare(onRun),
            () => rig.bareJobs(),
          ),
          ours: await workOff(
            (onRun) => rig.workOurs(onRun),
            () => rig.openJobs(),
          ),
        }
        // The first round finds everything cold.
        if (round === 0) continue
        note(queued, add)
        note(worked, work)
        say(`round ${round}: queued ${shown(add)}, worked off ${shown(work)}`)
      }
      const picked = await pickUpTimes({
        queue: () => rig.queueOurs(),
        work: (onRun) => rig.workOurs(onRun),
      })
      const pickedBare = await pickUpTimes({
        queue: () => rig.queueBare(),
        work: (onRun) => rig.workBare(onRun),
      })
      return [
        { name: 'queued per second, ours', value: median(queued.ours), unit: 'count' },
        { name: 'queued per second, bare BullMQ', value: median(queued.bare), unit: 'count' },
        { name: 'queued, ours / bare', value: median(queued.ratio), unit: 'ratio', atLeast: 0.9 },
        { name: 'worked off per second, ours', value: median(worked.ours), unit: 'count' },
        { name: 'worked off per second, bare BullMQ', value: median(worked.bare), unit: 'count' },
        {
          name: 'worked off, ours / bare',
          value: median(worked.ratio),
          unit: 'ratio',
          atLeast: 0.85,
        },
        { name: 'picked up after the commit, median', value: median(picked), unit: 'ms' },
        {
          name: 'picked up after the commit, p99, bare BullMQ',
          value: quantile(pickedBare, 0.99),
          unit: 'ms',
        },
        {
          name: 'picked up after the commit, p99',
          value: quantile(picked, 0.99),
          unit: 'ms',
          atMost: 15,
        },
      ]
    } finally {
      await rig.close()
    }
  },
}

type Sides = { ours: number; bare: number }

function note(kept: Record<keyof Sides | 'ratio', number[]>, { ours, bare }: Sides): void {
  kept.ours.push(ours)
  kept.bare.push(bare)
  kept.ratio.push(ours / bare)
}

const shown = ({ ours, bare }: Sides) => `${ours.toFixed(0)}/s, bare ${bare.toFixed(0)}/s`
