import { exec, type ExecFailure } from '../cluster/harness/exec.ts'
import { programPath } from '../cluster/harness/programs.ts'
import { asText, childrenOfWorkspaces, type Judged, operatorCharts } from './support/judged.ts'

// The programs are built at their first use.
beforeAll(() => Promise.all(['helm', 'kube-score'].map((name) => programPath(name))), 900_000)

type Scored = {
  readonly object_name: string
  readonly type_meta: { readonly kind: string }
  readonly object_meta: { readonly name: string; readonly labels: Record<string, string> }
  readonly checks: readonly {
    readonly check: { readonly id: string }
    readonly grade: number
    readonly skipped: boolean
    readonly comments: readonly { readonly path: string; readonly summary: string }[] | null
  }[]
}

/** What kube-score calls critical and is as it is on purpose: the check, whom it finds, and why. */
const exceptions: readonly (readonly [check: string, components: RegExp, reason: string])[] = [
  [
    'container-image-pull-policy',
    /./,
    'tags name a version that never changes (or a digest), so a pull at each start would only make the registry a part of every restart; the policy can be set',
  ],
  [
    'pod-networkpolicy',
    /^operator$/,
    'the operator’s own policy is made when it is asked for: only its user knows where the API server is',
  ],
  [
    'container-resources',
    /^operator$/,
    'no limit of CPU: an operator that is throttled loses its lease; memory is limited',
  ],
  [
    'container-security-context-user-group-id',
    /^(postgres|redis)$/,
    'the user that the official images are made for (999); their data belongs to it',
  ],
  [
    'pod-probes-identical',
    /^(postgres|redis)$/,
    'the same question with different patience: not ready soon, restarted only after minutes',
  ],
  [
    'statefulset-has-servicename',
    /^(postgres|redis)$/,
    'one pod that is reached through its Service: nobody needs a name of the pod, so the Service is not headless',
  ],
]

const critical = 1

const score = async ({ objects }: Judged): Promise<Scored[]> => {
  const args = ['score', '--output-format', 'json', '-']
  const said = await exec(await programPath('kube-score'), args, {
    input: asText(objects),
  }).catch((error: ExecFailure) => error.stdout)
  return JSON.parse(said) as Scored[]
}

type Finding = { readonly id: string; readonly component: string; readonly text: string }

const findingsIn = (scored: readonly Scored[]): Finding[] =>
  scored.flatMap(({ object_name: name, object_meta: { labels }, checks }) =>
    checks
      .filter(({ grade, skipped }) => !skipped && grade <= critical)
      .map(({ check: { id }, comments }) => ({
        id,
        component: labels['app.kubernetes.io/component'] ?? '',
        text: `${name}: ${id}: ${(comments ?? []).map(({ summary }) => summary).join('; ')}`,
      })),
  )

const isExcused = ({ id, component }: Finding) =>
  exceptions.some(([check, components]) => check === id && components.test(component))

test('kube-score finds nothing critical but what is listed here with its reason, and each exception is needed', async () => {
  const sets = [...(await operatorCharts()), ...childrenOfWorkspaces()]
  const scored = await Promise.all(sets.map(score))
  const findings = scored.flatMap(findingsIn)
  const unexpected = findings.filter((finding) => !isExcused(finding))
  expect(unexpected.map(({ text }) => text)).toEqual([])
  for (const [check, components] of exceptions)
    expect(findings.some(({ id, component }) => id === check && components.test(component))).toBe(
      true,
    )
  const objects = scored.flat()
  const checks = objects.flatMap((each) => each.checks).filter(({ skipped }) => !skipped)
  console.log(
    `kube-score: ${objects.length} objects, ${checks.length} checks, ${findings.length} critical findings, ${unexpected.length} without a reason`,
  )
})

test('with everything asked for, the operator has no critical finding at all', async () => {
  const sets = await operatorCharts()
  const all = sets.find(({ name }) => name.includes('everything'))!
  expect(findingsIn(await score(all))).toEqual([])
})

test('the judge finds a container that may do anything', async () => {
  const labels = { app: 'a' }
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a', labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'a', image: 'a', securityContext: { privileged: true } }] },
      },
    },
  }
  const found = findingsIn(await score({ name: '', namespace: 'a', objects: [deployment] }))
  expect(found.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['container-security-context-privileged', 'container-image-tag']),
  )
})
