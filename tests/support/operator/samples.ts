import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KubeObject } from '@codelab/operator/kube/object'

/** An object as kube-apiserver 1.36 gave it, with its managedFields. */
const sample = (name: string): KubeObject =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'samples', `${name}.json`), 'utf8'))

const selected = { matchLabels: { app: 'sample' } }

/** What was applied to get the sample `deployment`: as a person writes it, not as the API server gives it back. */
export const appliedDeployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'sample',
    namespace: 'samples',
    labels: {
      'app.kubernetes.io/managed-by': 'codelab-operator',
      'app.kubernetes.io/instance': 'acme',
    },
    annotations: { 'codelab.dev/version': '0.1.0' },
    ownerReferences: [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        name: 'owner',
        uid: 'd38265e7-8f8c-4a22-ace9-ce0a5f99fb1f',
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  },
  spec: {
    replicas: 2,
    selector: selected,
    template: {
      metadata: { labels: selected.matchLabels },
      spec: {
        securityContext: {},
        tolerations: [],
        containers: [
          {
            name: 'main',
            image: 'example.com/app:1',
            args: [],
            command: ['node', '/app/main.js'],
            env: [
              { name: 'A', value: 'one' },
              { name: 'B', value: 'two' },
            ],
            ports: [
              { name: 'http', containerPort: 8000 },
              { name: 'admin', containerPort: 9000 },
            ],
            resources: {
              requests: { cpu: '1000m', memory: '0.5Gi' },
              limits: { cpu: '1.5', memory: '1024Mi' },
            },
            volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
          },
        ],
        volumes: [
          { name: 'tmp', emptyDir: { sizeLimit: '1024Mi' } },
          { name: 'none', emptyDir: {} },
        ],
      },
    },
  },
}

/** The Deployment right after it was applied. */
export const deployment = sample('deployment')

/** The same after `kubectl set env` changed B and added C, and `kubectl patch` gave it a finalizer. */
export const editedDeployment = sample('deployment-edited')

export const appliedService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'sample',
    namespace: 'samples',
    labels: { 'app.kubernetes.io/managed-by': 'codelab-operator' },
    finalizers: ['example.com/kept'],
  },
  spec: {
    selector: { app: 'sample' },
    ports: [
      { name: 'http', port: 8000, targetPort: 'http' },
      { name: 'admin', port: 9000 },
    ],
  },
}

export const service = sample('service')
