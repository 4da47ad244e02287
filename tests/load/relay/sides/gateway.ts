import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundle } from '@codelab/image/bundle'
import { programs as programsOfImage } from '@codelab/image/programs'
import { nodeFlags } from '@codelab/operator/workspace/children/node-flags'
import { createLog } from '@codelab/runtime/log'
import { freePorts } from '@codelab/standalone/stores/free-port'
import { startRedis } from '@codelab/standalone/stores/redis'
import { containerVariables } from '../../../support/container-variables.ts'
import { exec } from '../../../cluster/harness/exec.ts'
import { otherCores } from '../../peers/place.ts'
import { expectAllocator } from '../../processes.ts'
import { createPeople, issuer, workspace } from '../people.ts'
import type { Side } from '../side.ts'

const nobody = 'http://127.0.0.1:9'
/** A reader that takes nothing is given up after this; 15 in production. */
export const slowReaderS = 3

/** The gateway as its container runs it, with Redis; what it costs here is what it costs a person. */
export const gateway: Side = {
  name: 'gateway',
  about: `this commit, from its bundle, Node ${process.versions.node} with the flags and variables of its container; each socket's token checked, its session opened at the agent and kept in Redis; limits, resumption and metrics on`,
  protocol: 'ws',
  relays: true,
  async prepare({ folder, agent, programs, say }) {
    const app = join(folder, 'app')
    await bundle({ gateway: programsOfImage['gateway']! }, app)
    const log = createLog({ service: 'bench', level: 'warn' })
    const store = join(folder, 'redis')
    const redis = await startRedis({ folder: store, password: 'bench', say, log })
    const redisPid = (await readFile(join(store, 'redis.pid'), 'utf8')).trim()
    await exec('taskset', ['--all-tasks', '--cpu-list', '--pid', otherCores, redisPid])
    const people = await createPeople()
    return {
      async start(name) {
        const [port, admin] = (await freePorts(2)) as [number, number]
        const { pid, stop } = await programs.start({
          name,
          command: process.execPath,
          args: [...nodeFlags, join(app, 'gateway.js')],
          env: {
            ...{ GATEWAY_HOST: '127.0.0.1', GATEWAY_PORT: String(port) },
            ...{ ADMIN_HOST: '127.0.0.1', ADMIN_PORT: String(admin) },
            ...{ REDIS_URL: redis.url, AGENT_URL: `http://${agent}`, AUTH_URL: people.authUrl },
            ...{ LLM_PROXY_URL: nobody, ISSUER: issuer, WORKSPACE: workspace },
            INTERNAL_SERVICE_TOKEN: 'the-service-token-of-the-bench',
            // All sockets come from one address here.
            ...{ UPGRADES_PER_MINUTE: '1000000', SLOW_READER_S: String(slowReaderS) },
            ...containerVariables,
            NODE_ENV: 'production',
          },
          readyUrl: `http://127.0.0.1:${admin}/readyz`,
        })
        await expectAllocator(pid)
        return { pid, stop, address: `127.0.0.1:${port}` }
      },
      tokens: people.tokens,
      close: async () => {
        await Promise.all([redis.stop(), people.close()])
      },
    }
  },
}
