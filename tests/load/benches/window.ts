import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCli } from '../../support/cli.ts'
import { startPlatform } from '../../support/platform.ts'
import { until } from '../../support/until.ts'
import { buildEmptyWindow, buildPackage } from '../../window/harness/build.ts'
import { openDesktop } from '../../window/harness/desktop.ts'
import { installApplication } from '../../window/harness/installed.ts'
import { openPicture } from '../../window/harness/picture.ts'
import { processesOf } from '../../window/harness/processes.ts'
import { rounds, type Bench, type Figure, type Surroundings } from '../bench.ts'
import { median } from '../statistics.ts'

type Started = { readonly program: string; readonly args: readonly string[] }

/** From the start of the program until a person sees text in its window; then it is ended with all that it has started. */
async function timeToText(
  { program, args }: Started,
  { env, picture }: { env: NodeJS.ProcessEnv; picture: Awaited<ReturnType<typeof openPicture>> },
): Promise<number> {
  const began = performance.now()
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const exited = once(child, 'exit')
  await until(`text in the window of ${program}`, () => picture.showsText())
  const took = performance.now() - began
  child.kill()
  await exited
  await until('an empty screen', async () => !(await picture.showsText()))
  return took
}

async function run({ folder, say }: Surroundings): Promise<Figure[]> {
  const file = await buildPackage(false)
  const empty = { program: await buildEmptyWindow(), args: [] }
  const installed = await installApplication(file)
  const platform = await startPlatform()
  const desktop = await openDesktop({ picture: folder })
  const picture = await openPicture(folder)
  try {
    const home = join(folder, 'home')
    const project = join(folder, 'project')
    for (const each of [home, project]) await mkdir(each)
    await writeFile(join(project, 'README.md'), '# A project\n')
    const { gateway, username, password } = platform.ready
    const own = {
      ...desktop.env,
      HOME: home,
      CODELAB_HOME: home,
      CODELAB_SERVER: gateway,
      CODELAB_KEYRING: 'off',
      LANG: 'C.UTF-8',
    }
    const login = await runCli(
      ['login', '--server', gateway, '--user', username, '--password-stdin'],
      { cwd: project, home, input: `${password}\n`, env: own },
    )
    if (login.code !== 0) throw new Error(`the sign-in failed: ${login.err}`)
    const surroundings = { env: { PATH: process.env['PATH'], ...own }, picture }
    const application = { program: installed.program, args: [project] }
    const times = { application: [] as number[], empty: [] as number[] }
    // The first of each reads its files from the disk, and is not counted.
    for (let round = 0; round <= rounds; round += 1) {
      const bare = await timeToText(empty, surroundings)
      const whole = await timeToText(application, surroundings)
      await until(
        'the end of the engine',
        async () => (await processesOf(installed.engine)).length === 0,
      )
      say(`empty window ${bare.toFixed(0)} ms, application ${whole.toFixed(0)} ms`)
      if (round === 0) continue
      times.empty.push(bare)
      times.application.push(whole)
    }
    const whole = median(times.application)
    const bare = median(times.empty)
    return [
      {
        name: 'window start to first useful paint, median',
        value: whole,
        unit: 'ms',
        atMost: 1_200,
      },
      { name: 'an empty Tauri window, median', value: bare, unit: 'ms' },
      { name: 'application to empty window', value: whole / bare, unit: 'ratio', atMost: 2.5 },
    ]
  } finally {
    await picture.close()
    await desktop.close()
    await platform.remove()
    await installed.remove()
  }
}

/** What a person waits for each morning: the application with their sign-in kept, on a screen of its own. */
export const window: Bench = {
  name: 'window',
  about:
    'time from the start of the application to its first useful paint, and that of an empty window',
  run,
}
