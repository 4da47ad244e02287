import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import {
  addressLine,
  ShellCommand,
  type ShellEvent,
  shellEventPrefix,
} from '@codelab/contracts/engine-ui/shell'
import type { Log } from '@codelab/runtime/log'

const longestLine = 65_536

/** The lines between the engine and the window that started it. */
export type ShellLines = {
  address(url: string): void
  event(event: ShellEvent): void
}

function commandIn(line: string): ShellCommand | undefined {
  try {
    return line.length > longestLine ? undefined : ShellCommand.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

/** `onEnd`: the window is gone, so the engine goes too. */
export function openShellLines(parts: {
  readonly input: Readable
  readonly output: Writable
  readonly log: Log
  readonly onCommand: (command: ShellCommand) => void
  readonly onEnd: () => void
}): ShellLines {
  const { input, output, log, onCommand, onEnd } = parts
  // Nobody reads any more: the end of the input tells the same.
  output.on('error', () => undefined)
  const lines = createInterface({ input, crlfDelay: Infinity })
  lines.on('line', (line) => {
    if (line.trim() === '') return
    const command = commandIn(line)
    if (command) onCommand(command)
    else log.warn('a line of the shell was not understood')
  })
  lines.once('close', onEnd)
  return {
    address: (url) => void output.write(`${addressLine(url)}\n`),
    event: (event) => void output.write(`${shellEventPrefix}${JSON.stringify(event)}\n`),
  }
}
