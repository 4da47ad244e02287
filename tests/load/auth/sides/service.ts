import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { withOperations } from '@codelab/auth/admin/open-operations'
import { AdminConfig } from '@codelab/auth/admin/settings'
import { bundle } from '@codelab/image/bundle'
import { programs as programsOfImage } from '@codelab/image/programs'
import { nodeFlags } from '@codelab/operator/workspace/children/node-flags'
import { readSettings } from '@codelab/runtime/settings'
import { freePorts } from '@codelab/standalone/stores/free-port'
import { containerVariables } from '../../../support/container-variables.ts'
import { allCores } from '../../peers/place.ts'
import type { Programs } from '../../peers/programs.ts'
import { expectAllocator } from '../../processes.ts'
import { type AuthSide, namesOf, password, secretKey, workspace } from '../side.ts'

type Setting = {
  readonly folder: string
  readonly programs: Programs
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly callers: number
}

/** As its container sets it. */
export const authVariables = { ...containerVariables, MALLOC_MMAP_THRESHOLD_: '1048576' }

/** The service as its container runs it, with everything on, and as many hashes at once as there are cores. */
export async function startService(setting: Setting): Promise<AuthSide> {
  const { folder, programs, databaseUrl, redisUrl, callers } = setting
  const app = join(folder, 'app')
  await bundle({ auth: programsOfImage['auth']! }, app)
  const stores = {
    ...{ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, KEY_ENCRYPTION_KEY: secretKey },
  }
  await withOperations(readSettings(AdminConfig, stores), async (operations) => {
    for (const name of namesOf(callers))
      await operations.addUser({ name, password, roles: ['user'] })
  })
  const [port, admin] = (await freePorts(2)) as [number, number]
  const metrics = `http://127.0.0.1:${admin}`
  const { pid } = await programs.start({
    name: 'auth',
    command: process.execPath,
    args: [...nodeFlags, join(app, 'auth.js')],
    env: {
      ...stores,
      ...authVariables,
      ...{ AUTH_HOST: '127.0.0.1', AUTH_PORT: String(port) },
      ...{ ADMIN_HOST: '127.0.0.1', ADMIN_PORT: String(admin) },
      ...{ ISSUER: `http://127.0.0.1:${port}`, WORKSPACE: workspace },
      ...{ COOKIE_KEYS: secretKey, HASH_CONCURRENCY: String(availableParallelism()) },
      NODE_ENV: 'production',
    },
    readyUrl: `${metrics}/readyz`,
    cores: allCores,
  })
  await expectAllocator(pid)
  return { pid, address: `127.0.0.1:${port}`, metrics }
}
