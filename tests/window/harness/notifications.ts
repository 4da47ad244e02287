import { spawn } from 'node:child_process'
import { until } from '../../support/until.ts'
import { exec } from '../../cluster/harness/exec.ts'
import type { Desktop } from './desktop.ts'

/** What applications ask the desktop to tell the person from now on, as it passes on the bus; and the person's click on it. */
export async function listenToNotifications({ env }: Desktop) {
  const monitor = spawn(
    'dbus-monitor',
    ['--session', "interface='org.freedesktop.Notifications',member='Notify'"],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] },
  )
  let text = ''
  monitor.stdout.on('data', (chunk: Buffer) => void (text += chunk.toString()))
  // The bus says so to whom it lets listen.
  await until('the listener', () => text.includes('member=NameLost'))
  return {
    text: () => text,
    click: () => exec('dunstctl', ['action', '0'], { env }),
    stop: () => void monitor.kill(),
  }
}
