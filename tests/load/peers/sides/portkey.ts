import { join } from 'node:path'
import { freePort } from '@codelab/standalone/stores/free-port'
import type { Way } from '../call.ts'
import { installNpm } from '../install/npm.ts'
import type { Side } from '../side.ts'

const version = '1.15.2'
/** With 1.19 streams fail: "TypeError: immutable". */
const nodeServer = '1.13.8'
const nobody = '127.0.0.1:1'

/** Its whole configuration comes with each request. */
const headersFor = (way: Way, model: string): Record<string, string> | undefined => {
  const to = (host: string) => ({
    provider: 'openai',
    api_key: 'sk-x',
    custom_host: `http://${host}/v1`,
  })
  const after = (first: string) => ({
    'x-portkey-config': JSON.stringify({
      strategy: { mode: 'fallback' },
      targets: [to(first), to(model)],
    }),
  })
  const at = { 'x-portkey-custom-host': `http://${model}/v1` }
  const headers: Partial<Record<Way, Record<string, string>>> = {
    openai: { 'x-portkey-provider': 'openai', ...at },
    anthropic: { 'x-portkey-provider': 'anthropic', ...at },
    'fails with 429': after(`${model}/429`),
    'fails with 500': after(`${model}/500`),
    refuses: after(nobody),
  }
  return headers[way]
}

/** Portkey's gateway (Node, Hono). It checks no key of its own. */
export const portkey: Side = {
  name: 'Portkey',
  about: `@portkey-ai/gateway ${version} with @hono/node-server ${nodeServer}, Node ${process.versions.node}; no retries; checks no key`,
  async start({ model, programs, say }) {
    const packages = { '@portkey-ai/gateway': version, '@hono/node-server': nodeServer }
    const folder = await installNpm('portkey', packages, say)
    const port = await freePort()
    const server = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js')
    const { pid, stop } = await programs.start({
      name: 'portkey',
      command: process.execPath,
      args: [server, '--headless', `--port=${port}`],
      readyUrl: `http://127.0.0.1:${port}/`,
    })
    return {
      pid,
      stop,
      call(way) {
        const headers = headersFor(way, model)
        return (
          headers && {
            pid,
            address: `127.0.0.1:${port}`,
            path: '/v1/chat/completions',
            headers: { authorization: 'Bearer sk-x', ...headers },
            model: way === 'anthropic' ? 'claude-sonnet-4-5' : 'gpt-4o-mini',
          }
        )
      },
    }
  },
}
