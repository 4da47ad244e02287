import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { exec } from '../../cluster/harness/exec.ts'
import { until } from '../../support/until.ts'
import type { Desktop } from './desktop.ts'
import type { screenOf } from './screen.ts'

const source = join(import.meta.dirname, 'drag-source.c')
/** Where the folder lies that is dragged, in a corner of the screen. */
const from = { x: 1_470, y: 930 } as const
const inside = 20

/** Compiled like the window itself, against the same toolkit. */
async function compile(into: string): Promise<string> {
  const program = join(into, 'drag-source')
  const flags = await exec('pkg-config', ['--cflags', '--libs', 'gtk+-3.0'])
  await exec('cc', ['-o', program, source, ...flags.trim().split(/\s+/)])
  return program
}

/** Drags a folder out of another application and drops it in the middle of our window, by the mouse. `scratch`: for the other application. */
export async function dropOnWindow(
  folder: string,
  {
    desktop,
    screen,
    scratch,
  }: { desktop: Desktop; screen: ReturnType<typeof screenOf>; scratch: string },
): Promise<void> {
  const { size, mouse, pointAt } = screen
  const { width, height } = await size()
  const child = spawn(
    await compile(scratch),
    [pathToFileURL(folder).href, String(from.x), String(from.y)],
    { env: { ...process.env, ...desktop.env }, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const exited = once(child, 'exit')
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => void (said += chunk.toString()))
  await until('the other application', () => said.includes('shown'))
  await mouse('mousemove', String(from.x + inside), String(from.y + inside))
  await mouse('mousedown', '1')
  let step = 0
  // A person goes on moving until the pointer shows that it can be dropped.
  await until('a window that takes it', async () => {
    step += 1
    await pointAt(Math.round(width / 2) + (step % 2), Math.round(height / 2))
    return said.includes('taken')
  })
  await mouse('mouseup', '1')
  await exited
}
