import type { Workspace } from '@codelab/contracts/workspace'
import { until } from '../support/until.ts'
import type { Cluster } from './harness/cluster.ts'
import { modelAddress } from './installed.ts'

export type Place = { readonly namespace: string; readonly name: string }

/** The shortest workspace that answers: one provider, the stand-in model. */
export const shortWorkspace = ({ namespace, name }: Place, spec: object = {}) => ({
  apiVersion: 'codelab.dev/v1alpha1',
  kind: 'CodeLabWorkspace',
  metadata: { namespace, name },
  spec: {
    models: {
      providers: [
        { name: 'demo', type: 'openai', baseURL: modelAddress, models: ['codelab-demo'] },
      ],
    },
    ...spec,
  },
})

/** Handles for one workspace in a cluster, as somebody with kubectl has them. */
export function workspaceIn({ kubectl }: Pick<Cluster, 'kubectl'>, place: Place) {
  const { namespace, name } = place
  const get = async <Kind>(...args: readonly string[]): Promise<Kind> =>
    JSON.parse(await kubectl(['get', ...args, '-n', namespace, '-o', 'json'])) as Kind
  const read = () => get<Workspace>('clw', name)
  return {
    ...place,
    read,
    apply: (spec: object = {}) =>
      kubectl(['apply', '-f', '-'], { input: JSON.stringify(shortWorkspace(place, spec)) }),
    patch: (spec: object) =>
      kubectl([
        'patch',
        'clw',
        name,
        '-n',
        namespace,
        '--type=merge',
        '-p',
        JSON.stringify({ spec }),
      ]),
    delete: () => kubectl(['delete', 'clw', name, '-n', namespace, '--timeout=60s']),
    /** Waits until the operator has seen the present spec and the phase is this one. */
    phase: (phase: string, reason?: string) => {
      let last: Workspace | undefined
      return until(
        () => `${namespace}/${name} to be ${phase}; it is ${JSON.stringify(last?.status)}`,
        async () => {
          last = await read()
          const { metadata, status } = last
          const ready = status?.conditions?.find(({ type }) => type === 'Ready')
          return (
            status?.observedGeneration === metadata.generation &&
            status.phase === phase &&
            (reason === undefined || ready?.reason === reason)
          )
        },
        120_000,
      )
    },
    /** Names of its pods that have not ended. */
    async pods(): Promise<string[]> {
      const { items } = await get<{
        items: { metadata: { name: string }; status: { phase: string } }[]
      }>('pods', '-l', `app.kubernetes.io/instance=${name}`)
      return items
        .filter(({ status }) => status.phase !== 'Succeeded' && status.phase !== 'Failed')
        .map(({ metadata }) => metadata.name)
    },
    /** `kind/name` of all that carries its label. */
    async objects(kinds: string): Promise<string[]> {
      const names = await kubectl([
        'get',
        kinds,
        '-n',
        namespace,
        '-l',
        `app.kubernetes.io/instance=${name}`,
        '-o',
        'name',
      ])
      return names.split('\n').filter((line) => line !== '')
    },
    /** A value of one of its Secrets. */
    async secret(secretName: string, key: string): Promise<string> {
      const { data } = await get<{ data: Record<string, string> }>('secret', secretName)
      return Buffer.from(data[key]!, 'base64').toString()
    },
  }
}
export type WorkspaceHandle = ReturnType<typeof workspaceIn>
