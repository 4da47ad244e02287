import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { crd, crdPath, crdText } from '../../../operator/scripts/crd.ts'
import type { Schema } from '../../../operator/scripts/structural-schema.ts'
import { Workspace } from '@codelab/contracts/workspace'
import { workspaceWith } from '../../support/operator/workspaces.ts'

const [version] = crd().spec.versions
const root = version!.schema.openAPIV3Schema as unknown as Schema

type Visited = { path: string; node: Schema }
/** Every node of a schema with its path. */
const nodesOf = (node: Schema, path = ''): Visited[] => [
  { path, node },
  ...Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    nodesOf(child, path === '' ? name : `${path}.${name}`),
  ),
  ...(node.items ? nodesOf(node.items, `${path}[]`) : []),
  ...(node.additionalProperties ? nodesOf(node.additionalProperties, `${path}{}`) : []),
]
const nodes = nodesOf(root)
const pathsWhere = (judge: (node: Schema) => boolean) =>
  nodes.filter(({ node }) => judge(node)).map(({ path }) => path)
const at = (path: string) => nodes.find((each) => each.path === path)!.node

test('the file in crds/ is what the schemas say: `npm run generate` writes it', () => {
  expect(readFileSync(join(import.meta.dirname, '../../..', crdPath), 'utf8')).toBe(crdText())
  expect(parse(crdText())).toEqual(JSON.parse(JSON.stringify(crd())))
})

test('kubectl shows the state in six columns, and knows the short name', () => {
  expect(version!.additionalPrinterColumns.map(({ name }) => name.toUpperCase())).toEqual([
    'PHASE',
    'READY',
    'REASON',
    'ENDPOINT',
    'VERSION',
    'AGE',
  ])
  expect(crd().spec).toMatchObject({
    scope: 'Namespaced',
    names: { kind: 'CodeLabWorkspace', shortNames: ['clw'] },
  })
  expect(version!.subresources).toEqual({ status: {} })
})

test('the schema is structural: each node has a type, and nothing that Kubernetes refuses', () => {
  expect(pathsWhere((node) => !node['type'] && !node['x-kubernetes-int-or-string'])).toEqual([])
  expect(pathsWhere((node) => node.additionalProperties === false)).toEqual([])
  expect(pathsWhere((node) => Boolean(node.properties && node.additionalProperties))).toEqual([])
  const refused = [
    '$ref',
    '$schema',
    'oneOf',
    'allOf',
    'not',
    'const',
    'nullable',
    'exclusiveMinimum',
    'exclusiveMaximum',
    'uniqueItems',
    'definitions',
    'propertyNames',
    'patternProperties',
  ]
  for (const word of refused) expect([word, pathsWhere((node) => word in node)]).toEqual([word, []])
  const alternatives = pathsWhere((node) => 'anyOf' in node)
  expect(alternatives).toEqual(pathsWhere((node) => node['x-kubernetes-int-or-string'] === true))
  expect(alternatives).not.toEqual([])
})

test('every field is described', () => {
  const silent = pathsWhere((node) => !node.description).filter(
    (path) => path !== 'metadata' && !/\[\]$|\{\}$/.test(path),
  )
  expect(silent).toEqual([])
})

test('everything that rules walk over is bounded', () => {
  expect(
    pathsWhere((node) => node['type'] === 'array' && !((node['maxItems'] as number) <= 50)),
  ).toEqual([])
  const texts = pathsWhere(
    (node) => node['type'] === 'string' && !node['maxLength'] && !node['enum'] && !node['format'],
  )
  expect(texts).toEqual(['apiVersion', 'kind'])
  expect(at('spec.models.providers')).toMatchObject({
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
    minItems: 1,
  })
})

test('each rule has one message that names a field, and points at a field that exists', () => {
  for (const { path, node } of nodes) {
    const rules = (node['x-kubernetes-validations'] ?? []) as {
      rule: string
      message: string
      fieldPath?: string
    }[]
    for (const { rule, message, fieldPath } of rules) {
      expect(rule.trim()).not.toBe('')
      expect(message).toMatch(/\w/)
      expect(message).not.toContain('\n')
      if (fieldPath) expect(node.properties).toHaveProperty(fieldPath.slice(1).replace(/\..*/, ''))
      const fields = [
        ...Object.keys(node.properties ?? {}),
        path.split('.').at(-1)!,
        'metadata.name',
      ]
      expect(fields.some((field) => message.includes(field))).toBe(true)
    }
  }
})

test.each([
  ['spec.suspended', false],
  ['spec.deletionPolicy', 'Retain'],
  ['spec.agent.contextTokens', 8000],
  ['spec.agent.compaction.enabled', true],
  ['spec.auth.accessTokenTTL', '15m'],
  ['spec.auth.refreshTokenTTL', '720h'],
  ['spec.auth.passwordGrant', true],
  ['spec.postgres', { managed: {} }],
  ['spec.postgres.managed.storage', '10Gi'],
  ['spec.redis', { managed: {} }],
  ['spec.models.providers[].apiKeySecretRef.key', 'apiKey'],
  ['spec.models.currency', 'USD'],
  ['spec.postgres.external.secretRef.key', 'uri'],
])('%s has the default %j', (path, value) => {
  expect(at(path)['default']).toEqual(value)
})

test('only the providers of models have to be given', () => {
  expect(at('').required).toEqual(['spec'])
  expect(at('spec').required).toEqual(['models'])
  expect(at('spec.models').required).toEqual(['providers'])
})

test('an object whose schema has a default for it is complete after reading', () => {
  expect(workspaceWith().spec).toMatchObject({
    suspended: false,
    models: { fallbacks: [], providers: [{ apiKeySecretRef: { name: 'openai', key: 'apiKey' } }] },
    postgres: { managed: { storage: '10Gi' } },
    redis: { managed: { memory: '128Mi' } },
    auth: { passwordGrant: true },
    gateway: {},
  })
})

test.each([
  ['metadata of another kind', { kind: 'Pod' }],
  ['no providers', { spec: { models: { providers: [] } } }],
  [
    'a key in the resource itself',
    { spec: { models: { providers: [{ name: 'a', type: 'magic' }] } } },
  ],
])('reading refuses %s', (_name, change) => {
  expect(Workspace.safeParse({ ...workspaceWith(), ...change }).success).toBe(false)
})

test('no field can hold a key or a password: there are references only', () => {
  const names = nodes.map(({ path }) => path.split('.').at(-1)!.toLowerCase())
  expect(names.filter((name) => /password$|secret$|token$|apikey$/.test(name))).toEqual([])
})
