import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { exec } from '../../cluster/harness/exec.ts'
import { until } from '../../support/until.ts'

/** A screen without a monitor, a bus of the session and a program that shows notifications: what a desktop gives its applications. */
export type Desktop = {
  readonly env: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** Pixels of the screen. */
export const screenWidth = 1_600

const firstLine = async (stream: NodeJS.ReadableStream): Promise<string> => {
  const [line] = (await once(createInterface({ input: stream }), 'line')) as [string]
  return line.trim()
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill()
  await exited
}

/** `picture`: a folder in which the screen's pixels can be read while it is there; `managed`: a program manages the windows. */
export async function openDesktop({
  picture,
  managed = false,
}: { picture?: string; managed?: boolean } = {}): Promise<Desktop> {
  // It chooses a number that is free and prints it on the third channel.
  const screen = spawn(
    'Xvfb',
    [
      ...['-displayfd', '3', '-screen', '0', `${screenWidth}x1000x24`, '-nolisten', 'tcp'],
      ...(picture === undefined ? [] : ['-fbdir', picture]),
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  )
  const display = `:${await firstLine(screen.stdio[3] as NodeJS.ReadableStream)}`
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, DISPLAY: display },
  })
  const address = await firstLine(bus.stdout)
  const env = { ...process.env, DISPLAY: display, DBUS_SESSION_BUS_ADDRESS: address }
  const notifications = spawn('dunst', [], { stdio: 'ignore', env })
  const manager = managed ? spawn('openbox', [], { stdio: 'ignore', env }) : undefined
  // Nobody but a manager of windows says how many desktops there are.
  if (manager)
    await until('the manager of windows', () =>
      exec('xdotool', ['get_num_desktops'], { env }).catch(() => ''),
    )
  return {
    env: {
      DISPLAY: display,
      DBUS_SESSION_BUS_ADDRESS: address,
      GDK_BACKEND: 'x11',
      NO_AT_BRIDGE: '1',
    },
    close: async () => {
      if (manager) await end(manager)
      await end(notifications)
      await end(bus)
      await end(screen)
    },
  }
}
