import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { programPath } from '../cluster/harness/programs.ts'
import { until } from '../support/until.ts'
import { type Api, connectApi } from './support/api.ts'
import { restrictedNamespace } from './support/definitions.ts'
import { chartPath, helmOnCluster } from './support/helm.ts'

const operators = 'life-operator'
const tenants = 'life-tenant'
const definition =
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/codelabworkspaces.codelab.dev'
const workspace = `/apis/codelab.dev/v1alpha1/namespaces/${tenants}/codelabworkspaces/acme`
const deployment = `/apis/apps/v1/namespaces/${operators}/deployments/codelab-operator`

type Found = {
  readonly metadata: { readonly uid: string; readonly generation: number }
  readonly spec: Record<string, unknown>
}

let api: Api
let folder: string

beforeAll(async () => {
  // It is built at its first use.
  await programPath('helm')
  api = connectApi()
  folder = await mkdtemp(join(tmpdir(), 'codelab-chart-'))
  for (const name of [operators, tenants]) await restrictedNamespace(api, name)
  // Other tests define workspaces by themselves; here Helm does.
  await api.remove(definition)
  await gone(definition)
}, 900_000)

afterAll(async () => {
  await api.close()
  await rm(folder, { recursive: true, force: true })
})

const isThere = async (path: string) => (await api.get(path)).status === 200
const gone = (path: string) => until(`${path} is gone`, async () => !(await isThere(path)))
const uidOf = async (path: string) => (await api.read<Found>(path)).metadata.uid

/** The definition that is in force, as text: a field is in it or not. */
const schemaText = async () => JSON.stringify((await api.read<Found>(definition)).spec)

/** The chart as an earlier version may have been: its workspaces could not be suspended. */
async function earlierChart(): Promise<string> {
  const path = join(folder, 'codelab-operator')
  await cp(chartPath('codelab-operator'), path, { recursive: true })
  const edit = async (file: string, from: RegExp, to: string) => {
    const text = await readFile(join(path, file), 'utf8')
    expect(text).toMatch(from)
    await writeFile(join(path, file), text.replace(from, to))
  }
  await edit('templates/crd.yaml', /^ +suspended:\n(?: {18,}.*\n)+/m, '')
  await edit('Chart.yaml', /^version: .*$/m, 'version: 0.0.1')
  return path
}

const release = (name: string, namespace: string) => [name, '--namespace', namespace]
const operator = release('codelab-operator', operators)
const chart = chartPath('codelab-operator')

test('install, upgrade with the definition, uninstall and install again: no workspace is lost', async () => {
  await helmOnCluster(['install', ...operator, await earlierChart()])
  expect(await schemaText()).not.toContain('"suspended"')
  const definitionUid = await uidOf(definition)

  await until('workspaces are served', () =>
    isThere(`/apis/codelab.dev/v1alpha1/namespaces/${tenants}/codelabworkspaces`),
  )
  const notes = await helmOnCluster([
    'install',
    ...release('acme', tenants),
    chartPath('codelab-workspace'),
  ])
  expect(notes).toContain(`kubectl -n ${tenants} wait clw/acme --for=condition=Ready`)
  const workspaceUid = await uidOf(workspace)

  await helmOnCluster(['upgrade', ...operator, chart, '--set', 'logLevel=debug'])
  expect(await schemaText()).toContain('"suspended"')
  expect(await uidOf(definition)).toBe(definitionUid)
  expect((await api.read<Found>(deployment)).metadata.generation).toBe(2)

  const said = await helmOnCluster(['uninstall', ...operator])
  expect(said).toContain('codelabworkspaces.codelab.dev')
  await gone(deployment)
  expect(await uidOf(definition)).toBe(definitionUid)
  expect(await uidOf(workspace)).toBe(workspaceUid)

  await helmOnCluster(['install', ...operator, chart])
  expect(await uidOf(definition)).toBe(definitionUid)
  expect(await uidOf(workspace)).toBe(workspaceUid)
}, 120_000)

test('another release is told that the definition has an owner; it leaves it alone or takes it over', async () => {
  const second = release('second', operators)
  await expect(helmOnCluster(['install', ...second, chart])).rejects.toThrow(
    /codelabworkspaces\.codelab\.dev.*exists and cannot be imported/s,
  )
  await helmOnCluster(['install', ...second, chart, '--set', 'crds.enabled=false'])
  await helmOnCluster(['uninstall', ...second])
  const uid = await uidOf(definition)
  await helmOnCluster(['uninstall', ...operator])
  await helmOnCluster(['install', ...second, chart, '--take-ownership'])
  expect(await uidOf(definition)).toBe(uid)
  expect(await isThere(workspace)).toBe(true)
}, 120_000)

test('a workspace goes with its release, or stays when that was said', async () => {
  const acme = release('acme', tenants)
  await helmOnCluster(['upgrade', ...acme, chartPath('codelab-workspace'), '--set', 'keep=true'])
  await helmOnCluster(['uninstall', ...acme])
  expect(await isThere(workspace)).toBe(true)
  await helmOnCluster(['install', ...acme, chartPath('codelab-workspace')])
  await helmOnCluster(['uninstall', ...acme])
  await gone(workspace)
}, 120_000)

test('who says so loses the definition with the release', async () => {
  const second = release('second', operators)
  await helmOnCluster(['upgrade', ...second, chart, '--set', 'crds.keep=false'])
  await helmOnCluster(['uninstall', ...second])
  await gone(definition)
}, 120_000)
