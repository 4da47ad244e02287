import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { WorkspaceValues } from '../../operator/scripts/charts/workspace-values.ts'
import type { Schema } from '../../operator/scripts/structural-schema.ts'
import { programPath } from '../cluster/harness/programs.ts'
import { acceptedSpecs } from '../support/operator/accepted-specs.ts'
import { type Chart, chartPath, helm, render, root, template, the } from './support/helm.ts'
import { refusedValues } from './support/refused-values.ts'
import { valueFiles } from './support/value-files.ts'

// It is built at its first use.
beforeAll(() => programPath('helm'), 900_000)

const charts: readonly Chart[] = ['codelab-operator', 'codelab-workspace']
const read = (chart: Chart, file: string) => readFileSync(join(chartPath(chart), file), 'utf8')

test.each(Object.entries(valueFiles))(
  'helm lint finds nothing with %s values',
  async (_name, files) => {
    const said = await helm([
      'lint',
      '--strict',
      chartPath('codelab-operator'),
      ...files.flatMap((file) => ['--values', file]),
    ])
    expect(said).toContain('1 chart(s) linted, 0 chart(s) failed')
    expect(said).not.toMatch(/\[(WARNING|ERROR)\]/)
  },
)

test.each(Object.entries(acceptedSpecs))(
  'helm lint finds nothing in a workspace with %s, and its spec arrives as it was given',
  async (_name, spec) => {
    const given = JSON.parse(JSON.stringify(spec)) as unknown
    const input = JSON.stringify({ spec: given })
    await helm(['lint', '--strict', chartPath('codelab-workspace'), '--values', '-'], input)
    const objects = await render('codelab-workspace', { values: { spec: given }, name: 'acme' })
    expect(the(objects, 'CodeLabWorkspace')).toMatchObject({ spec: given })
  },
)

test.each(refusedValues)('%s refuses %s', async (chart, _what, values, said) => {
  await expect(template(chart, { values })).rejects.toThrow(said)
})

test('a release whose name cannot be a workspace’s is told what to give', async () => {
  await expect(template('codelab-workspace', { name: '1st' })).rejects.toThrow(
    /cannot be the name of a workspace .* give another as name/,
  )
  const objects = await render('codelab-workspace', { name: '1st', values: { name: 'first' } })
  expect(the(objects, 'CodeLabWorkspace').metadata.name).toBe('first')
})

const nodesOf = (node: Schema, path = ''): [string, Schema][] => [
  [path, node],
  ...Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    nodesOf(child, `${path}.${name}`),
  ),
  ...(node.items ? nodesOf(node.items, `${path}[]`) : []),
]

test.each(charts)(
  'every value of %s is described, and no object takes a field that it does not know',
  (chart) => {
    const schema = JSON.parse(read(chart, 'values.schema.json')) as Schema
    const nodes = nodesOf(schema)
    expect(nodes.length).toBeGreaterThan(50)
    const silent = nodes.filter(([path, node]) => !path.endsWith('[]') && !node.description)
    expect(silent.map(([path]) => path)).toEqual([])
    const open = nodes.filter(([, node]) => node.properties && node.additionalProperties !== false)
    // The API server reads more fields of a constraint than have to be known here.
    expect(open.map(([path]) => path)).toEqual(
      chart === 'codelab-operator' ? ['.topologySpreadConstraints[]'] : [],
    )
  },
)

test.each(charts)('each value in values.yaml of %s stands below what it means', (chart) => {
  const schema = JSON.parse(read(chart, 'values.schema.json')) as Schema
  const text = read(chart, 'values.yaml')
  const written = Object.keys(parse(text) as object)
  expect(written).toEqual(Object.keys(schema.properties!).filter((name) => name !== 'global'))
  const words = text.replaceAll(/\n *# /g, ' ')
  for (const name of written) expect(words).toContain(schema.properties![name]!.description)
})

test.each(charts)('the version of %s is the product’s', (chart) => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string
  }
  expect(parse(read(chart, 'Chart.yaml'))).toMatchObject({
    version,
    appVersion: version,
    kubeVersion: '>= 1.30.0-0',
  })
})

test('the values of a workspace are its spec, without a place for a key', () => {
  const schema = JSON.parse(read('codelab-workspace', 'values.schema.json')) as Schema
  expect(Object.keys(schema.properties!['spec']!.properties!)).toEqual(
    Object.keys(WorkspaceValues.shape.spec.shape),
  )
  const names = nodesOf(schema).map(([path]) => path.split('.').at(-1)!.toLowerCase())
  expect(names.filter((name) => /password$|secret$|token$|apikey$/.test(name))).toEqual([])
})
