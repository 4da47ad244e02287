import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSettings } from '@codelab/runtime/settings'
import { Config, workspaceSettings } from '@codelab/operator/config'
import { defaultSettings } from '@codelab/operator/workspace/settings'

const required = {
  OPERATOR_NAMESPACE: 'codelab-system',
  POD_NAME: 'codelab-operator-0',
  WORKSPACE_IMAGE: 'registry.example.com:5000/team/codelab',
  WORKSPACE_VERSION: '0.1.0',
}

const read = (more: Record<string, string> = {}) => readSettings(Config, { ...required, ...more })

test('what is required is enough; all else has a default', () => {
  const config = read()
  expect(config).toEqual({
    ...required,
    WATCH_NAMESPACES: [],
    LEASE_NAME: 'codelab-operator',
    WORKSPACE_PULL_POLICY: 'IfNotPresent',
    WORKSPACE_PULL_SECRETS: [],
    WORKSPACE_LOG_LEVEL: 'info',
    MODEL_RANGES: [],
    WORKERS: 16,
    OPERATOR_HOST: '0.0.0.0',
    ADMIN_PORT: 9004,
    LOG_LEVEL: 'info',
  })
  expect(workspaceSettings(config)).toEqual(defaultSettings('0.1.0', required.WORKSPACE_IMAGE))
})

test('what is given about workspaces is what they get', () => {
  const peers = [
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } } },
    { podSelector: {} },
    { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } },
  ]
  const settings = workspaceSettings(
    read({
      WORKSPACE_PULL_POLICY: 'Always',
      WORKSPACE_PULL_SECRETS: 'one, two',
      WORKSPACE_LOG_LEVEL: 'debug',
      WORKSPACE_OTLP_ENDPOINT: 'http://otel.example.com:4318/',
      POSTGRES_IMAGE: 'registry.example.com/postgres:18',
      REDIS_IMAGE: 'registry.example.com/valkey:9',
      GATEWAY_FROM: JSON.stringify(peers),
      MONITORING_FROM: '[]',
      DNS_TO: '[{}]',
      MODEL_RANGES: '10.0.0.0/8,fd00::/8',
    }),
  )
  expect(settings).toEqual({
    version: '0.1.0',
    image: {
      repository: required.WORKSPACE_IMAGE,
      pullPolicy: 'Always',
      pullSecrets: ['one', 'two'],
    },
    storeImages: {
      postgres: 'registry.example.com/postgres:18',
      redis: 'registry.example.com/valkey:9',
    },
    logLevel: 'debug',
    otlpEndpoint: 'http://otel.example.com:4318',
    network: {
      gatewayFrom: peers,
      monitoringFrom: [],
      dnsTo: [{}],
      modelRanges: ['10.0.0.0/8', 'fd00::/8'],
    },
  })
})

test.each(Object.keys(required))('without %s the operator does not start', (name) => {
  expect(() => read({ [name]: '' })).toThrow(`${name}: is required`)
})

test.each([
  ['WATCH_NAMESPACES', 'team-a,Team B'],
  ['WORKSPACE_IMAGE', 'codelab:1'],
  ['WORKSPACE_IMAGE', 'registry.example.com/codelab@sha256:0'],
  ['WORKSPACE_IMAGE', 'registry.example.com/'],
  ['WORKSPACE_VERSION', 'a version'],
  ['WORKSPACE_PULL_POLICY', 'Sometimes'],
  ['WORKSPACE_PULL_SECRETS', 'a/b'],
  ['WORKSPACE_LOG_LEVEL', 'loud'],
  ['WORKSPACE_OTLP_ENDPOINT', 'otel:4318'],
  ['GATEWAY_FROM', '{"podSelector":{}}'],
  ['GATEWAY_FROM', 'not JSON'],
  ['GATEWAY_FROM', '[{"ipBlock":{"cidr":"10.0.0.0"}}]'],
  ['MONITORING_FROM', '[{"namespaces":["monitoring"]}]'],
  ['DNS_TO', '[{"podSelector":{"matchLabels":{"k8s-app":7}}}]'],
  ['MODEL_RANGES', '10.0.0.0/33'],
  ['MODEL_RANGES', '10.0.0/8'],
  ['MODEL_RANGES', '::/129'],
  ['MODEL_RANGES', '10.0.0.0/8,example.com/8'],
  ['WORKERS', '0'],
  ['WORKERS', '1.5'],
  ['ADMIN_PORT', '70000'],
  ['LOG_LEVEL', 'loud'],
])('%s does not take %j, and its name is in the message', (name, value) => {
  expect(() => read({ [name]: value })).toThrow(new RegExp(`^${name}[.:]`))
})

test('all bad settings are named together, none with its value', () => {
  const bad = { WORKERS: 'hunter2', MODEL_RANGES: 'hunter2', POD_NAME: '' }
  const message = (() => {
    try {
      read(bad)
    } catch (error) {
      return (error as Error).message
    }
    return ''
  })()
  const names = message.split('\n').map((line) => line.slice(0, line.indexOf(':')))
  expect(names.toSorted()).toEqual(Object.keys(bad).toSorted())
  expect(message).not.toContain('hunter2')
})

test('every setting is in the README', async () => {
  const readme = join(import.meta.dirname, '../../../operator/README.md')
  const text = await readFile(readme, 'utf8')
  expect(Object.keys(Config.shape).filter((name) => !text.includes(`\`${name}\``))).toEqual([])
})
