import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { resolve } from 'node:path'
import { nodeFlags } from '@codelab/operator/workspace/children/node-flags'

/** Holds 40 MiB of small objects for a moment, then does nothing but say how many bytes V8 holds for its heap. */
const program = `
  import { getHeapStatistics } from 'node:v8'
  import { collectWhenCalm } from '@codelab/runtime/calm-collection'
  collectWhenCalm(200)
  let held = []
  const fill = () => {
    for (let at = 0; at < 20_000; at += 1) held.push({ at, text: 'x' + at, more: [at] })
    if (held.length < 400_000) return setImmediate(fill)
    console.log('full', getHeapStatistics().total_heap_size)
    held = []
    setInterval(() => console.log('calm', getHeapStatistics().total_heap_size), 100)
  }
  fill()`

/** Runs it, and answers what its heap took when it was full and at its smallest in the next `looks` looks. */
async function heapOf(looks: number): Promise<{ full: number; least: number }> {
  const child = spawn(process.execPath, [...nodeFlags, '--input-type=module', '-e', program], {
    cwd: resolve(import.meta.dirname, '../../../packages/standalone'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(child, 'exit')
  let full = 0
  let least = Infinity
  let seen = 0
  for await (const line of createInterface(child.stdout)) {
    const [word, bytes] = line.split(' ')
    if (word === 'full') full = Number(bytes)
    else least = Math.min(least, Number(bytes))
    if (word === 'calm' && (seen += 1) >= looks) break
    if (word === 'calm' && least < full / 4) break
  }
  child.kill()
  await gone
  return { full, least }
}

test('what a burst left behind is given back once the process is calm', async () => {
  // V8 by itself stays at about half.
  const { full, least } = await heapOf(100)
  expect(least).toBeLessThan(full / 4)
})
