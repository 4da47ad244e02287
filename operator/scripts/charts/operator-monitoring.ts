import { z } from 'zod'
import { Cidr, Peer, textMap } from './kube-shapes.ts'

const seconds = z.string().regex(/^[1-9][0-9]*(s|m|h)$/)
const labels = (of: string) => textMap().default({}).describe(`Further labels of the ${of}.`)

/** What watches the operator and who may reach it: all of it only when asked for, but the Service. */
export const monitoring = {
  service: z
    .strictObject({
      enabled: z.boolean().default(true).describe('A Service in front of the admin port.'),
      annotations: textMap().default({}).describe('Annotations of the Service.'),
    })
    .prefault({})
    .describe('Metrics by a Service.'),
  serviceMonitor: z
    .strictObject({
      enabled: z.boolean().default(false).describe('Needs the Prometheus operator’s resources.'),
      interval: seconds.default('30s').describe('How often metrics are read.'),
      scrapeTimeout: seconds.default('10s').describe('How long reading may take.'),
      labels: labels('ServiceMonitor'),
    })
    .prefault({})
    .describe('A ServiceMonitor, by which Prometheus finds the operator.'),
  prometheusRule: z
    .strictObject({
      enabled: z.boolean().default(false).describe('Needs the Prometheus operator’s resources.'),
      labels: labels('PrometheusRule'),
    })
    .prefault({})
    .describe('Alerts.'),
  dashboard: z
    .strictObject({
      enabled: z.boolean().default(false).describe('A ConfigMap that Grafana’s sidecar finds.'),
      labels: textMap()
        .default({ grafana_dashboard: '1' })
        .describe('Labels by which the sidecar finds it.'),
      annotations: textMap().default({}).describe('Annotations, such as the folder.'),
    })
    .prefault({})
    .describe('A Grafana dashboard.'),
  networkPolicy: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe('Lets the operator talk to DNS and the API server alone.'),
      metricsFrom: z
        .array(Peer)
        .default([
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
          },
        ])
        .describe('Who may read the operator’s metrics; probes come from the node.'),
      apiServer: z
        .strictObject({
          ports: z
            .array(z.int().min(1).max(65_535))
            .min(1)
            .default([443, 6443])
            .describe('Ports of the API server: of its Service and behind it.'),
          ranges: z.array(Cidr).default([]).describe('Its addresses: [10.0.0.1/32]; empty: any.'),
        })
        .prefault({})
        .describe('Where the API server is.'),
    })
    .prefault({})
    .describe('A NetworkPolicy for the operator itself.'),
}
