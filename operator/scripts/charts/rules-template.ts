import { rights, type Right } from '../../src/kube/rights.ts'

/** Neighbours of one group with the same verbs, as one rule. */
function joined(
  each: readonly Right[],
): { apiGroup: string; resources: string[]; verbs: string }[] {
  const rules: { apiGroup: string; resources: string[]; verbs: string }[] = []
  for (const { apiGroup, resource, verbs } of each) {
    const last = rules.at(-1)
    if (last?.apiGroup === apiGroup && last.verbs === verbs.join(', '))
      last.resources.push(resource)
    else rules.push({ apiGroup, resources: [resource], verbs: verbs.join(', ') })
  }
  return rules
}

/** The rules of the operator's Role or ClusterRole, as a named template: exactly the rights that its code lists. */
export const rulesTemplate = (): string =>
  [
    '{{- /* Generated from operator/src/kube/rights.ts by `npm run generate`; do not edit. */ -}}',
    '{{- define "codelab-operator.rules" -}}',
    ...joined(rights).flatMap(({ apiGroup, resources, verbs }) => [
      `- apiGroups: [${apiGroup || '""'}]`,
      `  resources: [${resources.join(', ')}]`,
      `  verbs: [${verbs}]`,
    ]),
    '{{- end }}',
    '',
  ].join('\n')
