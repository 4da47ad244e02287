import { createRequire } from 'node:module'
import { join } from 'node:path'
import { nodeFlags } from '@codelab/operator/workspace/children/node-flags'
import { freePort } from '@codelab/standalone/stores/free-port'
import { containerVariables } from '../../../support/container-variables.ts'
import { installNpm } from '../../peers/install/npm.ts'
import type { Setting, Side } from '../side.ts'

const ws = (createRequire(import.meta.url)('ws/package.json') as { version: string }).version
const node = `Node ${process.versions.node}`
const bunVersion = '1.4.5'
const socketIoVersion = '4.8.4'
const floors = join(import.meta.dirname, '../floors')

type Wanted = Pick<Side, 'name' | 'about' | 'onlyOpens'> & {
  readonly file: string
  readonly protocol?: Side['protocol']
  readonly relays?: boolean
  readonly readyPath?: string
  /** Node with the containers' flags and variables when nothing else is said. */
  readonly command?: (setting: Setting) => Promise<{ command: string; more?: readonly string[] }>
}

const withNode = async () => ({ command: process.execPath })

/** A relay of one file that takes its port and the agent's address. */
export const floor = ({ file, readyPath = '/', command = withNode, ...wanted }: Wanted): Side => ({
  protocol: 'ws',
  relays: true,
  ...wanted,
  async prepare(setting) {
    const { command: program, more = [] } = await command(setting)
    const flags = program === process.execPath ? nodeFlags : []
    return {
      async start(name) {
        const port = await freePort()
        const { pid, stop } = await setting.programs.start({
          name,
          command: program,
          args: [...flags, join(floors, file), String(port), setting.agent, ...more],
          // Bun fetches 256 things at once at most when nothing is said, and has an allocator of its own.
          env:
            program === process.execPath
              ? containerVariables
              : { BUN_CONFIG_MAX_HTTP_REQUESTS: '65336' },
          readyUrl: `http://127.0.0.1:${port}${readyPath}`,
        })
        return { pid, stop, address: `127.0.0.1:${port}` }
      },
      close: async () => undefined,
    }
  },
})

export const bare: Side = floor({
  name: 'ws',
  about: `ws ${ws}, ${node}: accepts sockets, checks nothing, carries nothing`,
  file: 'bare.ts',
  relays: false,
})

export const splice: Side = floor({
  name: 'splice',
  about: `the floor: ws ${ws}, ${node}, node:http; cuts the agent's stream at its events and sends their bytes, those of a chunk in one write; checks no token`,
  file: 'splice.ts',
})

export const parse: Side = floor({
  name: 'parse',
  about: `ws ${ws}, ${node}, fetch; text, events, JSON.parse and JSON.stringify of each; checks no token`,
  file: 'parse.ts',
})

export const bun: Side = floor({
  name: 'Bun',
  about: `Bun ${bunVersion}: fetch, Bun.serve; cuts and sends bytes as splice does; checks no token`,
  file: 'bun.js',
  async command({ say }) {
    const name = '@oven/bun-linux-x64-baseline'
    const folder = await installNpm('bun', { [name]: bunVersion }, say)
    return { command: join(folder, 'node_modules', name, 'bin/bun') }
  },
})

export const socketIo: Side = floor({
  name: 'Socket.IO',
  about: `socket.io ${socketIoVersion}, ${node}, WebSockets only, node:http; every event parsed and emitted; checks no token`,
  file: 'socket-io.ts',
  protocol: 'socket.io',
  readyPath: '/socket.io/',
  async command({ say }) {
    const folder = await installNpm('socket.io', { 'socket.io': socketIoVersion }, say)
    return { command: process.execPath, more: [folder] }
  },
})
