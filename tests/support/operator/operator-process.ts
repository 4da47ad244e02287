import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { freePorts } from '@codelab/standalone/stores/free-port'
import { until } from '../until.ts'

export type OperatorProcess = {
  readonly pid: number
  /** The whole text of `/metrics`. */
  metrics(): Promise<string>
  isLeading(): Promise<boolean>
  /** Ends it with a signal and waits for its end. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

type Wanted = {
  /** The bundle, as it is in the image, or the source. */
  readonly program: string
  readonly kubeconfig: string
  /** Its name in the lease. */
  readonly name: string
  readonly logFile: string
  readonly env?: Readonly<Record<string, string>>
}

/** The flags of the chart: 60 % of the memory limit of 256Mi, which is of the container there. */
const flags = ['--max-semi-space-size=8', `--max-old-space-size=${Math.floor(256 * 0.6)}`]

/** Starts the operator as a process of its own; resolves when it is in step with the cluster. */
export async function startOperator(wanted: Wanted): Promise<OperatorProcess> {
  const { program, kubeconfig, name, logFile, env = {} } = wanted
  const [port] = await freePorts(1)
  const child = spawn(process.execPath, [...flags, program], {
    env: {
      PATH: process.env['PATH'],
      KUBECONFIG: kubeconfig,
      OPERATOR_NAMESPACE: 'default',
      POD_NAME: name,
      WORKSPACE_IMAGE: 'localhost/codelab',
      WORKSPACE_VERSION: '0.1.0',
      OPERATOR_HOST: '127.0.0.1',
      ADMIN_PORT: String(port),
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  child.stderr.pipe(createWriteStream(logFile, { flags: 'a' }))
  const exited = once(child, 'exit')
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined)
  await until(
    'the operator is in step with the cluster',
    async () => {
      if (child.exitCode !== null) throw new Error(`the operator ended, see ${logFile}`)
      return (await ask('/readyz'))?.status === 200
    },
    120_000,
  )
  const metrics = async () => (await ask('/metrics'))?.text() ?? ''
  return {
    pid: child.pid!,
    metrics,
    isLeading: async () => /^codelab_operator_leading 1$/m.test(await metrics()),
    async end(signal) {
      child.kill(signal)
      await exited
    },
  }
}
