import { stringify } from 'yaml'
import { crd } from '../crd.ts'

const labels = '    {{- include "codelab-operator.labels" . | nindent 4 }}'

/** What Helm would take for an action of its own, as text. */
const literal = (text: string): string => text.replaceAll('{{', '{{ "{{" }}')

/**
 * The resource as a template: Helm never upgrades what lies in a chart's own crds/ folder. It is kept at the end of the release
 * since every workspace goes with it.
 */
export function crdTemplate(): string {
  const { apiVersion, kind, metadata, spec } = crd()
  const body = stringify({ spec }, { lineWidth: 0, aliasDuplicateObjects: false })
  return [
    '{{- /* Generated from packages/contracts/src/workspace*.ts by `npm run generate`; do not edit. */ -}}',
    '{{- if .Values.crds.enabled }}',
    `apiVersion: ${apiVersion}`,
    `kind: ${kind}`,
    'metadata:',
    `  name: ${metadata.name}`,
    '  labels:',
    labels,
    '  {{- if .Values.crds.keep }}',
    '  annotations:',
    '    helm.sh/resource-policy: keep',
    '  {{- end }}',
    `${literal(body)}{{- end }}`,
    '',
  ].join('\n')
}
