import { spawn } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createLog } from '@codelab/runtime/log'
import { startPostgres } from '@codelab/standalone/stores/postgres'
import { startRedis } from '@codelab/standalone/stores/redis'
import { clusterImages } from './cluster/harness/cluster-images.ts'
import { startControlPlane } from './cluster/harness/control-plane.ts'
import { programFolder } from './cluster/harness/programs.ts'
import { missingForCluster, missingForControlPlane } from './cluster/harness/requirements.ts'
import { failuresOf, type JestReport } from './failures.ts'
import { missingProgram } from './programs.ts'
import { type Need, suites, type Suite } from './suites.ts'
import { buildPackage } from './window/harness/build.ts'
import { missingForWindow } from './window/harness/requirements.ts'

const root = resolve(import.meta.dirname, '..')
const scratch = join(root, '.cache', 'test')
const checks = ['format:check', 'lint', 'types']

type Counts = { passed: number; failed: number; skipped: number }
/** Named once more at the end: CI shows no more of a long log than that. */
const failures: string[] = []

const run = (
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<number> =>
  new Promise((settle) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...env },
    })
    child.on('error', () => settle(127))
    child.on('exit', (code) => settle(code ?? 1))
  })

/** Format, lint and types, each counted as one test. */
async function runChecks(): Promise<Counts> {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const check of checks) {
    const code = await run('npm', ['run', '--silent', check])
    counts[code === 0 ? 'passed' : 'failed'] += 1
    if (code !== 0) failures.push(`  npm run ${check}`)
  }
  return counts
}

/** Something that runs beside a suite, and how its tests find it. */
type Beside = { env: NodeJS.ProcessEnv; stop(): Promise<void> }

/** A real PostgreSQL and Redis for the suites that ask for them, empty at each run. */
async function startStores(): Promise<Beside> {
  const folder = join(scratch, 'stores')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const log = createLog({ service: 'tests', level: 'warn' })
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), password: 'test', log })
  const redis = await startRedis({
    folder: join(folder, 'redis'),
    password: 'test',
    say: console.log,
    log,
  })
  return {
    env: { TEST_DATABASE_URL: await postgres.databaseUrl('postgres'), TEST_REDIS_URL: redis.url },
    async stop() {
      await redis.stop()
      await postgres.stop()
    },
  }
}

/** One API server for the suite, with the controllers that follow from objects; each test keeps to namespaces of its own. */
async function startSharedControlPlane(): Promise<Beside> {
  const folder = join(scratch, 'control-plane')
  await rm(folder, { recursive: true, force: true })
  const controlPlane = await startControlPlane({ folder, controllerManager: true, audit: true })
  return {
    env: {
      TEST_KUBECONFIG: controlPlane.kubeconfigPath,
      TEST_KUBE_BIN: await programFolder('kubernetes'),
    },
    stop: () => controlPlane.stop(),
  }
}

const besides: Partial<Record<Need, () => Promise<Beside>>> = {
  stores: startStores,
  'control-plane': startSharedControlPlane,
  page: async () => {
    const code = await run('npm', ['run', '--silent', 'build', '--workspace=desktop-client/ui'])
    if (code !== 0) throw new Error('the page could not be built')
    return { env: {}, stop: async () => undefined }
  },
  window: async () => ({
    env: { TEST_WINDOW_PACKAGE: await buildPackage() },
    stop: async () => undefined,
  }),
  // Built before the first test, whose time does not count it.
  cluster: async () => {
    await clusterImages(console.log)
    return { env: {}, stop: async () => undefined }
  },
}

/** Starts what runs beside a suite; when one of them does not start, the others are stopped again. */
async function startBeside({ needs }: Suite): Promise<Beside> {
  const all: Beside[] = []
  const stop = async () => {
    for (const each of all.splice(0).reverse()) await each.stop()
  }
  try {
    for (const need of needs) {
      const beside = await besides[need]?.()
      if (beside) all.push(beside)
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { env: Object.assign({}, ...all.map(({ env }) => env)) as NodeJS.ProcessEnv, stop }
}

/** Provides what can be installed or built; answers why the suite cannot run, or undefined. */
async function missingFor({ needs }: Suite): Promise<string | undefined> {
  const program = await missingProgram(needs)
  if (program) return program
  if (needs.includes('window')) return missingForWindow()
  if (needs.includes('cluster')) return missingForCluster()
  return needs.includes('control-plane') ? missingForControlPlane() : undefined
}

/** A suite that cannot run is a failure under CI and a skip, with its reason, elsewhere. */
function cannotRun(suite: Suite, reason: string): Counts {
  const isFailure = Boolean(process.env['CI'])
  const line = `suite ${suite.name} ${isFailure ? 'cannot run' : 'is skipped'}: ${reason}`
  console.log(line)
  if (isFailure) failures.push(`  ${line}`)
  return { passed: 0, failed: isFailure ? 1 : 0, skipped: isFailure ? 0 : 1 }
}

async function runSuite(suite: Suite, extra: readonly string[]): Promise<Counts> {
  const missing = await missingFor(suite)
  if (missing) return cannotRun(suite, missing)
  const report = join(scratch, `${suite.name}.json`)
  await rm(report, { force: true })
  const beside = await startBeside(suite).catch((error: unknown) => {
    const line = `suite ${suite.name} could not be set up: ${(error as Error).message}`
    console.error(line)
    failures.push(`  ${line}`)
  })
  if (!beside) return { passed: 0, failed: 1, skipped: 0 }
  try {
    const jest = [
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      '-c',
      'tests/jest.config.js',
    ]
    // What a failed test left open must not keep the other suites from running.
    const ending = ['--forceExit', '--json', `--outputFile=${report}`]
    const options = [`--maxWorkers=${suite.workers}`, ...ending, ...extra]
    const code = await run(
      process.execPath,
      [...jest, ...options, ...suite.paths.map((path) => `tests/${path}`)],
      beside.env,
    )
    return countsOf(suite, await readFile(report, 'utf8').catch(() => ''), code)
  } finally {
    await beside.stop()
  }
}

/** A file that does not even load, and a run without a report or without a test, are failures too. */
function countsOf({ name }: Suite, report: string, code: number): Counts {
  if (report === '') {
    failures.push(`  suite ${name} ended with ${code} and without a report`)
    return { passed: 0, failed: 1, skipped: 0 }
  }
  const result = JSON.parse(report) as JestReport
  failures.push(...failuresOf(result, root))
  const broken = result.numRuntimeErrorTestSuites
  const failed = result.numFailedTests + broken
  const silent = failed === 0 && (code !== 0 || result.numTotalTests === 0) ? 1 : 0
  if (silent)
    failures.push(`  suite ${name} ended with ${code} after ${result.numTotalTests} tests`)
  return { passed: result.numPassedTests, failed: failed + silent, skipped: result.numPendingTests }
}

async function main(): Promise<void> {
  const [wanted = 'all', ...extra] = process.argv.slice(2)
  const chosen = wanted === 'all' ? suites : suites.filter((suite) => suite.name === wanted)
  if (chosen.length === 0) {
    console.error(
      `there is no suite ${wanted}; there are: all, ${suites.map(({ name }) => name).join(', ')}`,
    )
    process.exit(64)
  }
  await mkdir(scratch, { recursive: true })
  const total: Counts = { passed: 0, failed: 0, skipped: 0 }
  const add = (label: string, counts: Counts) => {
    console.log(
      `${label}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`,
    )
    for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key]
  }
  if (wanted === 'all') add('check', await runChecks())
  for (const suite of chosen) {
    console.log(`suite ${suite.name}`)
    add(suite.name, await runSuite(suite, extra))
  }
  if (failures.length > 0) console.log(['failed:', ...failures, ''].join('\n'))
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
  process.exit(total.failed === 0 ? 0 : 1)
}

await main()
