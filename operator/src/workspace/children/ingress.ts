import { type Build, metadataOf } from '../child.ts'
import { childName } from '../names.ts'

/** The way in from outside: one host, one backend. */
export const ingressFor: Build = (workspace) => {
  const { access } = workspace.spec
  if (!access?.host) return undefined
  const { host, tls, ingressClassName, annotations } = access
  const name = childName(workspace, 'gateway')
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...metadataOf(workspace, name, 'gateway'), ...(annotations && { annotations }) },
    spec: {
      ...(ingressClassName && { ingressClassName }),
      ...(tls && { tls: [{ hosts: [host], secretName: tls.secretName }] }),
      rules: [
        {
          host,
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name, port: { name: 'http' } } },
              },
            ],
          },
        },
      ],
    },
  }
}
