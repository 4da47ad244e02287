import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle, root } from '@codelab/image/bundle'
import { freePorts } from '@codelab/standalone/stores/free-port'
import { type ControlPlane, startControlPlane } from '../cluster/harness/control-plane.ts'
import { spawnNode } from '../support/image/spawned.ts'
import { until } from '../support/until.ts'

let plane: ControlPlane
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codelab-operator-bundle-'))
  await bundle({ operator: 'operator/src/main.ts' }, join(folder, 'app'))
  plane = await startControlPlane()
  const definition = join(root, 'crds/codelab.dev_codelabworkspaces.yaml')
  await plane.kubectl(['apply', '--server-side', '-f', definition])
  await plane.kubectl(['wait', '--for=condition=Established', '-f', definition])
}, 900_000)
afterAll(async () => {
  await plane?.stop()
  await rm(folder, { recursive: true, force: true })
})

test('the bundled operator gets ready and turns a workspace into its parts, with no package around it', async () => {
  const [port] = await freePorts(1)
  const operator = spawnNode([join(folder, 'app', 'operator.js')], {
    cwd: folder,
    env: {
      KUBECONFIG: plane.kubeconfigPath,
      OPERATOR_NAMESPACE: 'default',
      POD_NAME: 'bundled',
      WORKSPACE_IMAGE: 'localhost/codelab',
      WORKSPACE_VERSION: '0.1.0',
      OPERATOR_HOST: '127.0.0.1',
      ADMIN_PORT: String(port),
    },
  })
  try {
    await until(
      () => `the operator to be ready; it said: ${operator.said()}`,
      () =>
        fetch(`http://127.0.0.1:${port}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      60_000,
    )
    // The workspace of the Tiltfile; a warning of the API server, of Pod Security too, is a failure.
    await plane.kubectl([
      'apply',
      '--warnings-as-errors',
      '-f',
      join(root, 'packages/image/demo.yaml'),
    ])
    const gateway = ['get', 'deployment', 'demo-gateway', '--namespace=codelab-demo']
    const image = await until(
      () => `the gateway's Deployment; the operator said: ${operator.said()}`,
      () => plane.kubectl([...gateway, '-o', 'jsonpath={..image}']).catch(() => undefined),
      60_000,
    )
    expect(image).toBe('localhost/codelab:0.1.0')
  } finally {
    expect(await operator.stop()).toBe(0)
  }
}, 180_000)
