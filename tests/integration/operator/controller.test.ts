import { createController } from '@codelab/operator/controller/controller'
import { createKubeClient } from '@codelab/operator/kube/client'
import { createConnection } from '@codelab/operator/kube/connection'
import type { KubeObject } from '@codelab/operator/kube/object'
import { createReflector } from '@codelab/operator/kube/reflector'
import { resources } from '@codelab/operator/kube/resources'
import { startScriptedApiServer } from '../../support/scripted-api-server.ts'
import { silentLog } from '../../support/silent-log.ts'
import { until } from '../../support/until.ts'

type Child = { readonly name: string; readonly owner: string }

test('from the API server to a pass: owners of what changed are worked on, read from the copy', async () => {
  const child = (name: string, owner: string, version: number): KubeObject => ({
    metadata: {
      name,
      namespace: 'team',
      uid: name,
      resourceVersion: String(version),
      labels: { owner },
    },
  })
  const server = await startScriptedApiServer({
    reply: () => ({
      body: {
        kind: 'ServiceList',
        metadata: { resourceVersion: '3' },
        items: [child('a-gateway', 'a', 1), child('a-agent', 'a', 2), child('b-gateway', 'b', 3)],
      },
    }),
  })
  const connection = createConnection({ load: () => server.config() })
  const passes: string[] = []
  const controller = createController({
    async reconcile(key) {
      const known = [...reflector.values()].filter(({ owner }) => `team/${owner}` === key)
      passes.push(`${key}: ${known.map(({ name }) => name).join(' ')}`)
      return {}
    },
    log: silentLog,
    metrics: { waited: () => undefined, worked: () => undefined, retried: () => undefined },
  })
  const reflector = createReflector<Child>({
    client: createKubeClient({ connection }),
    resource: resources.services,
    project: ({ metadata }) => ({ name: metadata.name, owner: metadata.labels!['owner']! }),
    onChange: controller.onChange((change) => [
      `team/${change.kind === 'set' ? change.value.owner : change.last.owner}`,
    ]),
    log: silentLog,
  })
  reflector.start()
  await reflector.whenSynced()
  controller.start()
  await until('both', () => passes.length === 2)
  expect(passes).toEqual(['team/a: a-gateway a-agent', 'team/b: b-gateway'])

  await until('the watch', () => server.watches.length === 1)
  server.watches[0]!.send('DELETED', child('a-agent', 'a', 4))
  await until('a third', () => passes.length === 3)
  expect(passes[2]).toBe('team/a: a-gateway')

  await controller.stop({ graceMs: 1_000 })
  await reflector.stop()
  await connection.close()
  await server.close()
})
