import { availableParallelism } from 'node:os'

const cores = availableParallelism()

/** Each gateway has the first core, the model and the callers have the others: nobody takes another one's time, and no gateway is helped by a second core. */
export const gatewayCores = '0'
export const otherCores = cores > 1 ? `1-${cores - 1}` : '0'

/** The command line that keeps a program on these cores. */
export const onCores = (
  on: string,
  command: string,
  args: readonly string[],
): { command: string; args: readonly string[] } => ({
  command: 'taskset',
  args: ['--cpu-list', on, command, ...args],
})

/** Where a side is measured that may have the whole machine. */
export const allCores = `0-${cores - 1}`
