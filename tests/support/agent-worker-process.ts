import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { token } from './agent-under-test.ts'
import { redisDatabaseUrl } from './stores.ts'
import { until } from './until.ts'

export type WorkerProcess = { child: ChildProcess; stop(): Promise<void> }

/** An agent's worker as a process of its own, so that it can be paused and killed. */
export async function startWorkerProcess(
  databaseUrl: string,
  llmUrl: string,
  settings: Record<string, string> = {},
): Promise<WorkerProcess> {
  const child = spawn(process.execPath, ['--no-warnings', 'services/agent/src/main.ts'], {
    cwd: new URL('../..', import.meta.url).pathname,
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisDatabaseUrl(),
      LLM_PROXY_URL: llmUrl,
      INTERNAL_SERVICE_TOKEN: token,
      AGENT_ROLES: 'worker',
      ADMIN_PORT: '0',
      ...settings,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await until('the worker has started', () => said.includes('agent started'))
  return {
    child,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
