import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')

/** Runs a small program around `runProcess`; `body` is what its start does. */
function runWith(body: string) {
  const code = `
    import { runProcess, StartError } from '@codelab/runtime/process'
    import { SettingsError } from '@codelab/runtime/settings'
    const alive = setInterval(() => undefined, 1e6)
    await runProcess('test', async () => { ${body} })
    console.log('started')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: `${root}/packages/standalone`,
  })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return { child, output: () => text.trim(), exit: once(child, 'exit') as Promise<[number | null]> }
}
const untilSaid = async (run: ReturnType<typeof runWith>, word: string) => {
  while (!run.output().includes(word)) await once(run.child.stdout, 'data')
}

test('a bad setting ends with EX_CONFIG and a line for each', async () => {
  const run = runWith(`throw new SettingsError('A: is required\\nB: is wrong')`)
  expect((await run.exit)[0]).toBe(78)
  expect(run.output()).toBe('codelab test: A: is required\ncodelab test: B: is wrong')
})

test('a start that failed is one line and code 1', async () => {
  const run = runWith(`throw new StartError('port 1 is taken')`)
  expect((await run.exit)[0]).toBe(1)
  expect(run.output()).toBe('codelab test: port 1 is taken')
})

test('a signal stops in order, and a second one changes nothing', async () => {
  const run = runWith(
    `return { url: '', adminUrl: '', stop: async () => { console.log('stopping'); await new Promise((r) => setTimeout(r, 300)); console.log('stopped') } }`,
  )
  await untilSaid(run, 'started')
  run.child.kill('SIGINT')
  await untilSaid(run, 'stopping')
  run.child.kill('SIGINT')
  expect((await run.exit)[0]).toBe(0)
  expect(run.output()).toBe('started\nstopping\nstopped')
})

test('a signal during the start ends at once', async () => {
  const run = runWith(`console.log('waiting'); return new Promise(() => undefined)`)
  await untilSaid(run, 'waiting')
  run.child.kill('SIGTERM')
  expect((await run.exit)[0]).toBe(0)
})
