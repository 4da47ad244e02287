import { processTree } from '../../load/processes.ts'

/**
 * Counts how many cores this process and all that it started keep busy, until asked: where the machine has no more, times are not
 * the product's. Of no use while processes end.
 */
export async function countBusyCores(): Promise<() => Promise<number>> {
  const used = async () =>
    (await processTree(process.pid)).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)
  const [before, began] = [await used(), performance.now()]
  return async () => ((await used()) - before) / ((performance.now() - began) / 1000)
}
