import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { nodeFlagsOf } from '@codelab/operator/workspace/children/node-flags'
import { containerVariables } from '../../support/container-variables.ts'
import { startProgram, untilReady, type Program } from '../../cluster/harness/program.ts'

export const services = ['auth', 'llm-proxy', 'agent-api', 'agent-worker', 'gateway'] as const
export type ServiceName = (typeof services)[number]

/** One process of a service, started again by its supervisor whenever it ends unasked. */
export type Member = {
  readonly service: ServiceName
  readonly name: string
  /** Where it listens itself; clients use the links, which lead to one that takes connections. */
  readonly url: string
  readonly port: number
  /** Its probes and metrics. */
  readonly adminUrl: string
  /** Of its present process. */
  pid(): number
  /** True while it takes connections: from its readiness on until it ends or is told to. */
  isReady(): boolean
  /** Resolves when it is ready, for the first time or again; rejects when it does not come up by itself. */
  ready(): Promise<void>
  /** SIGTERM; it takes no more connections from now on and is not started again. Resolves with its exit code. */
  stop(): Promise<number | null>
  /** SIGKILL; resolves when it is gone. Its supervisor starts it again. */
  kill(): Promise<void>
  /** SIGSTOP, and SIGCONT. It stays among those that take connections, as long as no probe says otherwise. */
  pause(): void
  resume(): void
}

const root = resolve(import.meta.dirname, '../../..')
const programOf: Record<ServiceName, string> = {
  auth: 'services/auth/src/main.ts',
  'llm-proxy': 'services/llm-proxy/src/main.ts',
  'agent-api': 'services/agent/src/main.ts',
  'agent-worker': 'services/agent/src/main.ts',
  gateway: 'services/gateway/src/main.ts',
}

/** A cluster's grace period; what has not ended by then is killed. */
const graceMs = 30_000
/** A supervisor does not come back at once. */
const restartAfterMs = 500
const readyWithinMs = 60_000

type Wanted = {
  readonly service: ServiceName
  readonly name: string
  readonly env: Record<string, string>
  readonly port: number
  readonly adminPort: number
  /** Where its log goes. */
  readonly folder: string
  /** Told when it ended without having been killed or stopped by the test. */
  readonly onCrash: (what: string) => void
}

/** What a process said last. */
const lastLine = async (logFile: string): Promise<string> =>
  (await readFile(logFile, 'utf8')).trimEnd().split('\n').at(-1)!

/** Starts a member; `ready` says when it takes connections. */
export function startMember(wanted: Wanted): Member {
  const { service, name, port, adminPort } = wanted
  const adminUrl = `http://127.0.0.1:${adminPort}`
  const logFile = join(wanted.folder, `${name}.log`)
  let isReady = false
  let stopping = false
  let killed: Program | undefined
  let program: Program
  let pid = 0
  let becomesReady: Promise<void>

  const answers = () =>
    fetch(`${adminUrl}/readyz`).then(
      (response) => response.ok,
      () => false,
    )
  const launch = () => {
    const current = startProgram({
      name,
      command: process.execPath,
      args: [...nodeFlagsOf(service), join(root, programOf[service])],
      logFile,
      env: { ...containerVariables, ...wanted.env },
    })
    program = current
    becomesReady = begin(current)
    // Whoever waits hears of it; nobody need.
    becomesReady.catch(() => undefined)
    void current.ended.then(async (code) => {
      isReady = false
      if (stopping) return
      if (killed !== current)
        wanted.onCrash(`${name} ended with ${code}: ${await lastLine(logFile)}`)
      await new Promise((done) => setTimeout(done, restartAfterMs))
      if (!stopping) launch()
    })
  }
  const begin = async (current: Program) => {
    pid = (await current.pid()) ?? 0
    await untilReady(current, answers, readyWithinMs)
    isReady = current === program && current.isRunning() && !stopping
  }
  launch()

  return {
    service,
    name,
    port,
    url: `http://127.0.0.1:${port}`,
    adminUrl,
    pid: () => pid,
    isReady: () => isReady,
    async ready() {
      while (!isReady && !stopping) {
        const current = program
        await becomesReady.catch((error: unknown) => {
          // A process that was killed while it started is followed by another.
          if (killed !== current) throw error
        })
        await new Promise((done) => setTimeout(done, 10))
      }
    },
    async stop() {
      isReady = false
      stopping = true
      if (program.isRunning()) process.kill(pid, 'SIGTERM')
      const force = setTimeout(() => void program.kill(), graceMs)
      const code = await program.ended
      clearTimeout(force)
      return code
    },
    async kill() {
      killed = program
      await program.kill()
    },
    pause: () => void process.kill(pid, 'SIGSTOP'),
    resume: () => void process.kill(pid, 'SIGCONT'),
  }
}
