import { Workspace } from '@codelab/contracts/workspace'
import { desiredChildren } from '@codelab/operator/workspace/desired'
import { nothingObserved } from '@codelab/operator/workspace/observed'
import { statusOf } from '@codelab/operator/workspace/status'
import { acceptedSpecs } from '../../support/operator/accepted-specs.ts'
import { settings, workspaceWith } from '../../support/operator/workspaces.ts'

test.each(Object.entries(acceptedSpecs))('%s: is read, built and told about', (_name, spec) => {
  const workspace = Workspace.parse({ ...workspaceWith(), spec })
  expect(desiredChildren(workspace, nothingObserved, settings).length).toBeGreaterThan(15)
  expect(statusOf(workspace, nothingObserved, settings, '2026-01-01T00:00:00Z').phase).toMatch(
    /^(Pending|Provisioning)$/,
  )
})
