import { readdir, readFile } from 'node:fs/promises'
import { allocator } from '@codelab/image/allocator'

const mebibyte = 1024
/** The kernel counts processor time in hundredths of a second on every Linux that Node runs on. */
const ticksPerSecond = 100

type Process = { readonly pid: number; readonly parent: number; readonly cpuSeconds: number }

/** What the kernel says of a process; undefined when it has ended. */
export async function readProcess(pid: number): Promise<Process | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  // The name, in brackets, may hold anything; the numbers begin after the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return {
    pid,
    parent: Number(fields[1]),
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
  }
}

/** A process and all that descend from it. */
export async function processTree(root: number): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const all = (await Promise.all(pids.map(readProcess))).filter((found) => found !== undefined)
  const below = (pid: number): Process[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)])
  return [...all.filter(({ pid }) => pid === root), ...below(root)]
}

export const commandOf = (pid: number): Promise<string> =>
  readFile(`/proc/${pid}/cmdline`, 'utf8').then(
    (text) => text.replaceAll('\0', ' ').trim(),
    () => '',
  )

/** Sums of one process, in MiB; undefined when it has ended. */
export async function memoryOf(pid: number) {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const field = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / mebibyte
  return {
    rss: field('Rss'),
    pss: field('Pss'),
    pssWithoutFiles: field('Pss') - field('Pss_File'),
  }
}

/** Resident MiB of each file that the process has mapped: programs and libraries. */
async function fileMemoryOf(pid: number): Promise<Map<string, number>> {
  const files = new Map<string, number>()
  const text = await readFile(`/proc/${pid}/smaps`, 'utf8').catch(() => '')
  let file = ''
  for (const line of text.split('\n')) {
    const mapping = /^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ (\d+)\s+(.*)$/.exec(line)
    if (mapping) file = mapping[1] === '0' || isShared(mapping[2]!) ? '' : mapping[2]!
    const [, field, size] = /^(Rss|Anonymous):\s+(\d+) kB/.exec(line) ?? []
    if (!file || !size) continue
    const change = (field === 'Rss' ? Number(size) : -Number(size)) / mebibyte
    files.set(file, (files.get(file) ?? 0) + change)
  }
  return files
}

/** Shared memory that has the look of a file. */
const isShared = (path: string) => /^\/dev\/(shm|zero)|^\/SYSV|^\/memfd:/.test(path)

export type TreeMemory = {
  /** Sum of PSS, MiB: what is shared with strangers counts in part. */
  readonly pss: number
  /** The same with every program and library counted whole, once: what the processes take when nothing else runs Node. */
  readonly alone: number
}

/** The memory of several processes together. */
export async function memoryOfAll(pids: readonly number[]): Promise<TreeMemory> {
  const sums = (await Promise.all(pids.map(memoryOf))).filter((sum) => sum !== undefined)
  const files = new Map<string, number>()
  for (const pid of pids) {
    for (const [file, size] of await fileMemoryOf(pid)) {
      files.set(file, Math.max(files.get(file) ?? 0, size))
    }
  }
  const wholeFiles = [...files.values()].reduce((sum, size) => sum + size, 0)
  return {
    pss: sums.reduce((sum, { pss }) => sum + pss, 0),
    alone: sums.reduce((sum, { pssWithoutFiles }) => sum + pssWithoutFiles, 0) + wholeFiles,
  }
}

/** Throws unless a process has the allocator of the image: Debian's package libjemalloc2, which its redis-server needs too. */
export async function expectAllocator(pid: number): Promise<void> {
  if ((await readFile(`/proc/${pid}/maps`, 'utf8')).includes(`/${allocator.LD_PRELOAD}`)) return
  throw new Error(`${allocator.LD_PRELOAD} is not on this machine: apt-get install libjemalloc2`)
}
