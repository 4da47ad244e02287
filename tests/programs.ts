import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Need } from './suites.ts'

const run = promisify(execFile)

/** Programs that suites talk to, with the Debian package of each; what runs from npm packages or is built from Go sources is not here. */
const packages: Partial<Record<Need, { program: string; name: string }>> = {
  git: { program: 'git', name: 'git' },
  bwrap: { program: 'bwrap', name: 'bubblewrap' },
  script: { program: 'script', name: 'bsdutils' },
  chromium: { program: 'chromium', name: 'chromium' },
}

const isThere = (program: string) =>
  run('sh', ['-c', `command -v ${program}`]).then(
    () => true,
    () => false,
  )

const install = (names: readonly string[]) =>
  run(
    'sh',
    ['-c', `apt-get update -q && apt-get install -y -q --no-install-recommends ${names.join(' ')}`],
    {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 64 * 1_048_576,
      timeout: 900_000,
    },
  )

/** Installs Debian packages, saying so; answers why that failed, or undefined. */
export async function installPackages(names: readonly string[]): Promise<string | undefined> {
  if (names.length === 0) return undefined
  console.log(`installing ${names.join(', ')} …`)
  try {
    await install(names)
    return undefined
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    return `apt-get could not install ${names.join(', ')} (${stderr.trim().split('\n').at(-1) ?? ''})`
  }
}

/** Installs what is missing through apt, saying so; answers why a suite cannot run, or undefined when it can. */
export async function missingProgram(needs: readonly Need[]): Promise<string | undefined> {
  for (const need of needs) {
    const wanted = packages[need]
    if (!wanted || (await isThere(wanted.program))) continue
    const reason = await installPackages([wanted.name])
    if (reason) return `${wanted.program} is not installed and ${reason}`
  }
  return undefined
}
