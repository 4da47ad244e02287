import { join } from 'node:path'
import { nodeFlagsOf } from '@codelab/operator/workspace/children/node-flags'
import { freePort } from '@codelab/standalone/stores/free-port'
import { containerVariables } from '../../../support/container-variables.ts'
import type { Side } from '../side.ts'

const file = join(import.meta.dirname, '../floors/pipe.ts')

/** The floor of Node: 25 lines of `node:http` that pass everything on and know nothing. */
export const pipe: Side = {
  name: 'pipe',
  about: `25 lines of node:http, Node ${process.versions.node} with the flags and variables of llm-proxy's container`,
  async start({ model, programs }) {
    const port = await freePort()
    const { pid, stop } = await programs.start({
      name: 'pipe',
      command: process.execPath,
      args: [...nodeFlagsOf('llm-proxy'), file, String(port), `http://${model}`],
      env: containerVariables,
      readyUrl: `http://127.0.0.1:${port}/v1/models`,
    })
    const address = `127.0.0.1:${port}`
    return {
      pid,
      stop,
      call: (way) =>
        way === 'openai'
          ? { pid, address, path: '/v1/chat/completions', headers: {}, model: 'gpt-4o-mini' }
          : undefined,
    }
  },
}
