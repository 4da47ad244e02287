import { type Access, sharedControlPlane } from '../../cluster/harness/access.ts'
import { type ControlPlane, startControlPlane } from '../../cluster/harness/control-plane.ts'
import { createTenant, installDefinition, type Tenant } from './tenant.ts'

function endedAfterEach(access: () => Access) {
  const open: Tenant[] = []
  afterEach(async () => {
    for (const tenant of open.splice(0)) await tenant.end()
  })
  return async (): Promise<Tenant> => {
    const tenant = await createTenant(access())
    open.push(tenant)
    return tenant
  }
}

/** Tenants on the suite's control plane, with controllers, for the tests of a file: each gets its own, ended after it. */
export function suiteTenants() {
  let access: Access
  beforeAll(async () => {
    access = await sharedControlPlane()
    await installDefinition(access)
  })
  return endedAfterEach(() => access)
}

/** The same on a control plane of the file's own, without controllers: nobody but the operator changes anything. */
export function ownTenants() {
  let plane: ControlPlane
  beforeAll(async () => {
    plane = await startControlPlane({ audit: true })
    await installDefinition(plane)
  }, 120_000)
  afterAll(() => plane?.stop())
  return endedAfterEach(() => plane)
}
