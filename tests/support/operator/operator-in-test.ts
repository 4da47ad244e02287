import type { Log } from '@codelab/runtime/log'
import { Config } from '@codelab/operator/config'
import { start } from '@codelab/operator/start'
import { until } from '../until.ts'
import { configAt } from './kube-api.ts'

export type Wanted = {
  readonly kubeconfig: string
  /** Where its lease is. */
  readonly home: string
  /** Absent: all namespaces. */
  readonly watches?: readonly string[]
  readonly name?: string
  readonly version?: string
  readonly settings?: Readonly<Record<string, string>>
}

export type LogLine = { readonly level: string; readonly message: string; readonly text: string }

/** A log that keeps its lines: what an operator says is part of what is tested. */
function keptLog() {
  const lines: LogLine[] = []
  const at = (level: string) => (fields: Record<string, unknown>, message: string) => {
    const error = fields['err']
    const said = Error.isError(error) ? error.message : ''
    lines.push({ level, message, text: `${message} ${said} ${JSON.stringify(fields)}` })
  }
  const levels = ['debug', 'info', 'warn', 'error'] as const
  const log = Object.fromEntries(levels.map((level) => [level, at(level)])) as unknown as Log
  return { lines, log }
}

export type OperatorInTest = Awaited<ReturnType<typeof startOperator>>

/** An operator in this process, with the settings of a chart; started again when it loses its lease, as a kubelet would. */
export async function startOperator(wanted: Wanted) {
  const { lines, log } = keptLog()
  const config = Config.parse({
    OPERATOR_NAMESPACE: wanted.home,
    POD_NAME: wanted.name ?? 'operator',
    WATCH_NAMESPACES: (wanted.watches ?? []).join(','),
    WORKSPACE_IMAGE: 'registry.example.com/codelab',
    WORKSPACE_VERSION: wanted.version ?? '0.1.0',
    OPERATOR_HOST: '127.0.0.1',
    ADMIN_PORT: '0',
    LOG_LEVEL: 'silent',
    ...wanted.settings,
  })
  let losses = 0
  let ended = false
  let restart: Promise<void> | undefined
  const run = () =>
    start(
      config,
      () => {
        losses += 1
        const lost = running
        restart = lost.stop().then(async () => {
          if (!ended) running = await run()
        })
      },
      { load: configAt(wanted.kubeconfig), log },
    )
  let running = await run()

  const figure = async (name: string): Promise<number> => {
    const text = await fetch(`${running.adminUrl}/metrics`).then((answer) => answer.text())
    return text
      .split('\n')
      .filter((line) => line.startsWith(name))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
  }
  return {
    lines,
    said: () => lines.map(({ level, text }) => `${level} ${text}`).join('\n'),
    losses: () => losses,
    /** The sum of a metric over its labels; give its name with what else must begin the line. */
    figure,
    /** Leads, and has looked at every workspace that it knows. */
    async looked(passes = 1): Promise<void> {
      await until(
        () =>
          `a pass over everything; the operator said: ${lines.map(({ text }) => text).join('\n')}`,
        async () => (await figure('codelab_operator_reconcile_seconds_count')) >= passes,
        30_000,
      )
    },
    async stop(): Promise<void> {
      ended = true
      await restart
      await running.stop()
    },
  }
}
