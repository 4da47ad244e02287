import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDesktop } from './harness/desktop.ts'
import { startDriver } from './harness/driver.ts'
import { installApplication } from './harness/installed.ts'
import { text } from './harness/person.ts'
import { processesOf } from './harness/processes.ts'

let close: (() => Promise<void>) | undefined
// Also when something failed.
afterEach(async () => {
  await close?.()
  close = undefined
}, 30_000)

/** The window with another program as its engine; closed after its test. */
async function openWith(engine: string, { executable = true } = {}) {
  const home = await mkdtemp(join(tmpdir(), 'codelab-window-test-'))
  const installed = await installApplication()
  await rm(installed.engine)
  await writeFile(installed.engine, engine)
  await chmod(installed.engine, executable ? 0o755 : 0o644)
  const desktop = await openDesktop()
  await mkdir(join(home, 'project'))
  const env = { ...desktop.env, PATH: process.env['PATH']!, HOME: home, LANG: 'C.UTF-8' }
  const driver = await startDriver(env)
  close = async () => {
    for (const pid of await processesOf(installed.program)) process.kill(pid)
    await driver.stop()
    await desktop.close()
    await installed.remove()
    await rm(home, { recursive: true, force: true })
  }
  return driver.open(installed.program, [join(home, 'project')])
}

test('an engine that is ready before the window is shown all the same', async () => {
  const page = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<p>the first picture</p>')
  }).listen(0, '127.0.0.1')
  page.unref()
  await once(page, 'listening')
  const { port } = page.address() as AddressInfo
  // It says where its page is with its first breath, and ends with its input, as the engine does.
  const window = await openWith(
    `#!/bin/sh\necho "ENGINE_URL http://127.0.0.1:${port}/?t=once"\nexec cat > /dev/null\n`,
  )
  await text(window, 'the first picture')
  page.close()
}, 60_000)

test('an engine that cannot be started is told in the window', async () => {
  const window = await openWith('', { executable: false })
  await text(window, 'CodeLab has stopped working')
  await (await text(window, 'Details')).click()
  await text(window, 'Permission denied')
}, 60_000)
