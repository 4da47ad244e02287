import { withOperations } from '@codelab/auth/admin/open-operations'
import { AdminConfig } from '@codelab/auth/admin/settings'
import { readSettings } from '@codelab/runtime/settings'
import type { Secrets } from './data-folder.ts'

/** Makes the first user at the first start; later starts leave users as they are. */
export async function ensureFirstUser(
  databaseUrl: string,
  { username, password }: Secrets,
): Promise<void> {
  await withOperations(readSettings(AdminConfig, { DATABASE_URL: databaseUrl }), async (users) => {
    if ((await users.listUsers()).length === 0)
      await users.addUser({ name: username, password, roles: ['admin'] })
  })
}
