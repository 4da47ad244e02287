import { spawn } from 'node:child_process'
import type { Desktop } from './desktop.ts'

/** What applications ask the desktop to tell the person, as it passes on the bus. */
export function listenToNotifications({ env }: Desktop) {
  const monitor = spawn(
    'dbus-monitor',
    ['--session', "interface='org.freedesktop.Notifications',member='Notify'"],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] },
  )
  let text = ''
  monitor.stdout.on('data', (chunk: Buffer) => void (text += chunk.toString()))
  return { text: () => text, stop: () => void monitor.kill() }
}
