import type { Cluster } from './harness/cluster.ts'
import { operatorNamespace } from './installed.ts'

type Line = { readonly level?: string; readonly msg?: string; readonly err?: { message?: string } }

const parse = (line: string): Line => {
  try {
    return JSON.parse(line) as Line
  } catch {
    return { level: 'error', msg: line }
  }
}

/** Every line of the operators' logs that is a warning, an error or no log line at all. */
export async function operatorComplaints({ kubectl }: Cluster): Promise<string[]> {
  const text = await kubectl([
    'logs',
    `--namespace=${operatorNamespace}`,
    '--selector=app.kubernetes.io/name=codelab-operator',
    '--tail=-1',
  ])
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parse)
    .filter(({ level = 'error' }) => !['info', 'debug', 'trace'].includes(level))
    .map(({ level, msg, err }) => `${level}: ${msg} ${err?.message ?? ''}`)
}
