import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import { type Access, sharedControlPlane } from '../cluster/harness/access.ts'
import { acceptedSpecs } from '../support/operator/accepted-specs.ts'
import type { Refused } from '../support/operator/refused-models.ts'
import { refusedWorkspaces } from '../support/operator/refused-workspaces.ts'

/** What the schema and its rules say, said by the API server that enforces them. */
const crd = join(
  resolve(import.meta.dirname, '../..'),
  'crds',
  'codelab.dev_codelabworkspaces.yaml',
)
const namespace = `invalid-${randomBytes(4).toString('hex')}`

let api: Access
beforeAll(async () => {
  api = await sharedControlPlane()
  await api.kubectl(['apply', '--server-side', '-f', crd])
  await api.kubectl(['wait', '--for=condition=Established', '-f', crd])
  await api.kubectl(['create', 'namespace', namespace])
})
afterAll(() => api.kubectl(['delete', 'namespace', namespace, '--wait=false']))

const send = (
  verb: 'create' | 'replace',
  { spec, metadata = {} }: Pick<Refused, 'spec' | 'metadata'>,
  ...flags: string[]
) =>
  api.kubectl([verb, '-f', '-', ...flags], {
    input: JSON.stringify({
      apiVersion: 'codelab.dev/v1alpha1',
      kind: 'CodeLabWorkspace',
      metadata: { name: 'acme', ...metadata, namespace },
      spec,
    }),
  })
const dryRun = '--dry-run=server'

test.each(refusedWorkspaces.filter(({ before }) => !before))(
  '$name is refused with the field’s name',
  async ({ spec, metadata, says }) => {
    await expect(send('create', { spec, metadata: metadata ?? {} }, dryRun)).rejects.toThrow(says)
  },
)

test.each(refusedWorkspaces.flatMap((each) => (each.before ? [each] : [])))(
  '$name is refused as a change',
  async ({ spec, before, says }) => {
    const metadata = { name: `w${randomBytes(4).toString('hex')}` }
    await send('create', { spec: before!, metadata })
    await expect(send('replace', { spec, metadata }, dryRun)).rejects.toThrow(says)
    await expect(send('replace', { spec: before!, metadata }, dryRun)).resolves.toContain(
      'replaced',
    )
  },
)

test.each(Object.entries(acceptedSpecs))('%s is accepted', async (_name, spec) => {
  await expect(send('create', { spec }, dryRun)).resolves.toContain('created')
})
