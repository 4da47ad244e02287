import { join } from 'node:path'
import { withOperations } from '@codelab/auth/admin/open-operations'
import { AdminConfig } from '@codelab/auth/admin/settings'
import { nodeFlags } from '@codelab/operator/workspace/children/node-flags'
import { readSettings } from '@codelab/runtime/settings'
import { freePort } from '@codelab/standalone/stores/free-port'
import { allCores } from '../../peers/place.ts'
import type { Programs } from '../../peers/programs.ts'
import { type AuthSide, secretKey, workspace } from '../side.ts'

const file = join(import.meta.dirname, '../floors/provider.ts')

/** oidc-provider without anything of ours around it but storage and configuration, on a database of its own. */
export async function startBareProvider({
  programs,
  databaseUrl,
}: {
  readonly programs: Programs
  readonly databaseUrl: string
}): Promise<AuthSide> {
  // Makes the tables.
  await withOperations(
    readSettings(AdminConfig, { DATABASE_URL: databaseUrl }),
    async () => undefined,
  )
  const port = await freePort()
  const { pid } = await programs.start({
    name: 'bare-provider',
    command: process.execPath,
    args: [...nodeFlags, file, String(port), databaseUrl, workspace, secretKey],
    env: { NODE_ENV: 'production' },
    readyUrl: `http://127.0.0.1:${port}/.well-known/jwks.json`,
    cores: allCores,
  })
  return { pid, address: `127.0.0.1:${port}` }
}
