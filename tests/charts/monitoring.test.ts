import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parser } from '@prometheus-io/lezer-promql'
import { createOperatorMetrics } from '@codelab/operator/metrics'
import { phases } from '@codelab/contracts/workspace-status'
import { createMetrics } from '@codelab/runtime/metrics'
import { programPath } from '../cluster/harness/programs.ts'
import { chartPath, render, the } from './support/helm.ts'
import { everything } from './support/value-files.ts'

// It is built at its first use.
beforeAll(() => programPath('helm'), 900_000)

type Alert = {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly description: string }
}
type Panel = { readonly title: string; readonly targets: readonly { readonly expr: string }[] }

/** Every metric that an operator has, and its labels. */
function measured(): Map<string, readonly string[]> {
  const metrics = createMetrics('operator')
  const operator = createOperatorMetrics(metrics)
  const cluster = { sizes: () => [], workspaces: () => [] }
  operator.watch({
    cluster: cluster as unknown as Parameters<typeof operator.watch>[0]['cluster'],
    queueDepth: () => 0,
    isLeading: () => true,
  })
  const all = metrics.registry.getMetricsAsArray() as { name: string; labelNames?: string[] }[]
  return new Map(all.map(({ name, labelNames = [] }) => [name, labelNames]))
}

const known = measured()
/** What Prometheus adds to each line it reads. */
const added = ['job', 'namespace', 'pod', 'le']

/** Texts of the nodes of a kind, by Prometheus' own grammar. */
const partsOf = (query: string, kind: string): string[] => {
  const found: string[] = []
  parser.parse(query).iterate({
    enter: (node) => {
      if (node.type.isError) throw new Error(`not PromQL at ${node.from}: ${query}`)
      if (node.name === kind) found.push(query.slice(node.from, node.to))
    },
  })
  return found
}

const plain = (metric: string) => metric.replace(/_(bucket|count|sum)$/, '')

/** What a query asks for that no operator has. */
function unknownIn(query: string): string[] {
  const names = partsOf(query, 'Identifier').filter((name) => name !== 'up')
  const metrics = names.map(plain)
  const labels = [...partsOf(query, 'LabelName'), ...partsOf(query, 'QuotedLabelName')]
  const mayHave = new Set([...metrics.flatMap((name) => known.get(name) ?? []), ...added])
  return [
    ...metrics.filter((name) => !known.has(name)),
    ...labels.filter((name) => !mayHave.has(name)),
  ]
}

const alerts = async (): Promise<Alert[]> => {
  const objects = await render('codelab-operator', { files: everything })
  const spec = the(objects, 'PrometheusRule')['spec'] as { groups: { rules: Alert[] }[] }
  return spec.groups.flatMap(({ rules }) => rules)
}

const panels = (): Panel[] => {
  const text = readFileSync(join(chartPath('codelab-operator'), 'dashboards/operator.json'), 'utf8')
  return (JSON.parse(text) as { panels: Panel[] }).panels
}

test('every alert asks in PromQL for what the operator measures', async () => {
  const all = await alerts()
  expect(all).toHaveLength(9)
  for (const { alert, expr } of all) expect([alert, unknownIn(expr)]).toEqual([alert, []])
})

test('so does every panel of the dashboard', () => {
  const all = panels()
  expect(all.length).toBeGreaterThanOrEqual(12)
  for (const { title, targets } of all)
    for (const { expr } of targets)
      expect([title, unknownIn(expr.replaceAll('$__rate_interval', '5m'))]).toEqual([title, []])
})

test.each([
  ['a metric that nobody measures', 'sum(codelab_operator_lead)', ['codelab_operator_lead']],
  ['a label that it does not have', 'codelab_operator_leading{phase="x"}', ['phase']],
  ['one to group by', 'sum by (verbs) (codelab_operator_kube_requests_total)', ['verbs']],
])('the judge finds %s', (_what, query, found) => {
  expect(unknownIn(query)).toEqual(found)
})

test('the judge finds a query that is none', () => {
  expect(() => unknownIn('sum(codelab_operator_leading')).toThrow('not PromQL')
})

test('an alert waits before it speaks, and says what is wrong, where, and what to do', async () => {
  for (const { alert, for: wait, labels, annotations } of await alerts()) {
    expect(alert).toMatch(/^CodeLab(Operator|Workspace)[A-Z]\w+$/)
    expect(wait).toMatch(/^\d+[mh]$/)
    expect(['critical', 'warning']).toContain(labels.severity)
    expect(annotations.summary).toMatch(/^\S.*\.$/)
    expect(annotations.description.length).toBeGreaterThan(80)
  }
})

test('every alert has its row in the README', async () => {
  const readme = readFileSync(join(chartPath('codelab-operator'), 'README.md'), 'utf8')
  for (const { alert } of await alerts()) expect(readme).toContain(`| \`${alert}\``)
})

test('phases that alerts name exist', async () => {
  const named = (await alerts()).flatMap(({ expr }) =>
    [...expr.matchAll(/phase[!=~]+"([^"]+)"/g)].flatMap(([, each]) => each!.split('|')),
  )
  expect(named.length).toBeGreaterThan(0)
  for (const phase of named) expect(phases).toContain(phase)
})

test('two releases of one name in two namespaces do not answer for each other', async () => {
  for (const { expr } of await alerts())
    for (const selector of partsOf(expr, 'VectorSelector')) {
      expect(selector).toContain('job="ops-metrics"')
      if (!selector.includes('workspace_ready'))
        expect(selector).toContain('namespace="codelab-system"')
    }
})
