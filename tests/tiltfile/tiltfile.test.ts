import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '@codelab/image/bundle'
import { demoModel, programs } from '@codelab/image/programs'
import type { Child } from '@codelab/operator/workspace/child'
import { wantedChildren } from '@codelab/operator/workspace/desired'
import { nothingObserved } from '@codelab/operator/workspace/observed'
import { Workspace } from '@codelab/contracts/workspace'
import { parseAllDocuments } from 'yaml'
import { exec } from '../cluster/harness/exec.ts'
import { programPath } from '../cluster/harness/programs.ts'
import { settings } from '../support/operator/workspaces.ts'

type Call = { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> }
type Resource = {
  readonly workload?: string
  readonly new_name?: string
  readonly objects?: string[]
  readonly port_forwards?: string[]
  readonly resource_deps?: string[]
  readonly links?: { link: { url: string; name: string } }[]
}
type Deploy = {
  readonly name: string
  readonly apply_cmd: string
  readonly deps: string[]
  readonly image_deps: string[]
}
type Build = {
  readonly ref: string
  readonly context: string
  readonly dockerfile: string
  readonly target: string
  readonly build_args: Record<string, string>
  readonly only: string[]
  readonly live_update: {
    sync?: { local_path: string; remote_path: string }
    run?: { cmd: string }
  }[]
}
type KubernetesObject = {
  kind: string
  metadata: { name: string; namespace?: string }
  spec: Record<string, unknown>
}

const tiltfile = join(root, 'Tiltfile')
const evaluate = async (context: string): Promise<Call[]> => {
  const program = await programPath('evaluate')
  return JSON.parse(await exec(program, ['-context', context, tiltfile], { cwd: root })) as Call[]
}
const read = (path: string) => readFile(join(root, path), 'utf8')

let calls: Call[]
let objects: KubernetesObject[]
let children: Child[]
const made = <Arguments>(name: string) =>
  calls.filter((call) => call.name === name).map((call) => call.arguments as Arguments)
const resourceNames = () =>
  made<Resource>('k8s_resource').map(({ workload, new_name: name }) => name ?? workload!)

beforeAll(async () => {
  calls = await evaluate('kind-kind')
  const [{ yaml }] = made<{ yaml: string }>('k8s_yaml') as [{ yaml: string }]
  objects = parseAllDocuments(await read(yaml)).map(
    (document) => document.toJS() as KubernetesObject,
  )
  const workspace = objects.find(({ kind }) => kind === 'CodeLabWorkspace')!
  children = wantedChildren(
    Workspace.parse({ ...workspace, metadata: { ...workspace.metadata, uid: '1' } }),
    nothingObserved,
    settings,
  )
}, 300_000)

test.each(['prod', 'minikube', 'docker-desktop', ''])(
  'the context "%s" is refused before anything is made',
  async (context) => {
    await expect(evaluate(context)).rejects.toThrow('takes a kind cluster only')
  },
)

test('the context that is allowed is the kind cluster it found', async () => {
  const named = (await evaluate('kind-other')).filter(({ name }) => name === 'allow_k8s_contexts')
  expect(named).toEqual([{ name: 'allow_k8s_contexts', arguments: { contexts: 'kind-other' } }])
})

test('every path that is watched, built from or applied is there', () => {
  const [build] = made<Build>('docker_build') as [Build]
  const paths = [
    ...made<{ deps: string[] }>('local_resource').flatMap(({ deps }) => deps),
    ...made<Deploy>('k8s_custom_deploy').flatMap(({ deps }) => deps),
    ...made<{ yaml: string }>('k8s_yaml').map(({ yaml }) => yaml),
    build.dockerfile,
    // The bundles are made by the first resource.
    ...build.only.filter((path) => path !== 'dist'),
  ]
  expect(paths.length).toBeGreaterThan(12)
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
})

test('the sources of every program are watched, and bundled with the demo model', async () => {
  const [bundles] = made<{ name: string; cmd: string[]; deps: string[] }>('local_resource')
  expect(bundles).toMatchObject({ name: 'bundles' })
  const isWatched = (file: string) => bundles!.deps.some((folder) => file.startsWith(`${folder}/`))
  expect(Object.values({ ...programs, ...demoModel }).filter((file) => !isWatched(file))).toEqual(
    [],
  )
  const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> }
  expect(bundles!.cmd).toEqual(['npm', 'run', '--silent', 'bundle', '--', '--with-demo-model'])
  expect(scripts['bundle']).toContain('packages/image/src/main.ts')
})

test('bundles go to where the image’s launcher runs them, and start the programs again', async () => {
  const [build] = made<Build>('docker_build') as [Build]
  expect(build).toMatchObject({ context: '.', target: 'develop', build_args: { BUNDLES: 'ready' } })
  expect(await read(build.dockerfile)).toMatch(/^FROM \S+ AS develop$/m)
  const launcher = await read('packages/image/src/develop.ts')
  const [, folder] = /const folder = '(.+)'/.exec(launcher)!
  const [, signal] = /const signal = '(.+)'/.exec(launcher)!
  expect(build.live_update).toEqual([
    { sync: { local_path: 'dist', remote_path: folder } },
    { run: { cmd: `touch ${folder}/${signal}` } },
  ])
})

test('each part that the operator makes of the demo workspace has a resource of its own', () => {
  const parts = children
    .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
    .map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`)
  const watched = made<Deploy>('k8s_custom_deploy').flatMap(
    ({ apply_cmd: command }) =>
      /get ((?:deployment|statefulset)\/\S+) -o yaml$/.exec(command)?.[1] ?? [],
  )
  expect(watched.toSorted()).toEqual(parts.toSorted())
  for (const { name, image_deps: images } of made<Deploy>('k8s_custom_deploy'))
    expect(images).toEqual(name === 'postgres' || name === 'redis' ? [] : ['localhost/codelab'])
  expect(resourceNames().toSorted()).toEqual([
    'agent',
    'auth',
    'demo-model',
    'gateway',
    'llm-proxy',
    'operator',
    'postgres',
    'redis',
    'worker',
    'workspace',
  ])
})

test('ports lead to what the parts listen on, each to one port of the machine', async () => {
  type Container = { ports?: { containerPort: number }[] }
  type Workload = { spec: { template: { spec: { containers: Container[] } } } }
  const portsOf = ({ spec }: Workload) =>
    spec.template.spec.containers.flatMap(({ ports = [] }) =>
      ports.map(({ containerPort }) => containerPort),
    )
  const listens = (name: string): number[] => {
    if (name === 'operator') return [9004]
    const object = [...children, ...objects].find(
      ({ kind, metadata }) =>
        ['Deployment', 'StatefulSet'].includes(kind) &&
        [name, `demo-${name}`].includes(metadata.name),
    )
    return portsOf(object as unknown as Workload)
  }
  const machine: string[] = []
  for (const { workload, port_forwards: forwards = [], links = [] } of made<Resource>(
    'k8s_resource',
  )) {
    for (const forward of forwards) {
      const [here, there] = forward.split(':') as [string, string]
      expect(listens(workload!)).toContain(Number(there))
      machine.push(here)
    }
    for (const { link } of links)
      expect(forwards.map((forward) => forward.split(':')[0])).toContain(new URL(link.url).port)
  }
  expect(new Set(machine).size).toBe(machine.length)
  const workspace = objects.find(({ kind }) => kind === 'CodeLabWorkspace')!
  expect(workspace.spec).toMatchObject({ access: { url: 'http://127.0.0.1:8000' } })
  expect(machine).toContain('8000')
})

test('what needs another resource waits for it, and all that is named is there', () => {
  const order = new Map(
    made<Resource>('k8s_resource').map(({ workload, new_name: name, resource_deps: deps = [] }) => [
      name ?? workload!,
      deps,
    ]),
  )
  const known = new Set([
    ...order.keys(),
    ...made<{ name: string }>('local_resource').map(({ name }) => name),
  ])
  expect([...order.values()].flat().filter((name) => !known.has(name))).toEqual([])
  expect(order.get('operator')).toEqual(['bundles'])
  expect(order.get('workspace')).toEqual(['operator', 'demo-model'])
  expect(order.get('gateway')).toEqual(['workspace'])
  const named = made<Resource>('k8s_resource').flatMap(({ objects: some = [] }) => some)
  const there = objects.map(({ kind, metadata }) => `${metadata.name}:${kind.toLowerCase()}`)
  expect(named.filter((name) => !there.includes(name))).toEqual([])
})

test('the chart gets the image that was just built, in its own words', async () => {
  const { apply_cmd: command } = made<Deploy>('k8s_custom_deploy').find(
    ({ name }) => name === 'operator',
  )!
  const [, values] = /--set-string "(.*?)"/.exec(command)!
  const shell = `path=\${TILT_IMAGE_0#*/}; printf '%s' "${values!}"`
  const settingsFor = (reference: string) =>
    exec('sh', ['-c', shell], { env: { TILT_IMAGE_0: reference } })
  expect(await settingsFor('localhost/codelab:tilt-1a2b')).toBe(
    'image.registry=localhost,image.repository=codelab,image.tag=tilt-1a2b',
  )
  expect(await settingsFor('localhost:5001/localhost_codelab:tilt-1a2b')).toBe(
    'image.registry=localhost:5001,image.repository=localhost_codelab,image.tag=tilt-1a2b',
  )
  const chart = await read('charts/codelab-operator/values.yaml')
  for (const key of ['registry', 'repository', 'tag'])
    expect(chart).toMatch(new RegExp(`^  ${key}:`, 'm'))
})
