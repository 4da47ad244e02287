import { join } from 'node:path'
import { audienceOf } from '@codelab/contracts/auth'
import { bundle } from '@codelab/image/bundle'
import { programs as programsOfImage } from '@codelab/image/programs'
import { nodeFlagsOf } from '@codelab/operator/workspace/children/node-flags'
import { freePorts } from '@codelab/standalone/stores/free-port'
import { containerVariables } from '../../../support/container-variables.ts'
import { createSigner, serveKeys } from '../../../support/signing.ts'
import { expectAllocator } from '../../processes.ts'
import type { Call, Way } from '../call.ts'
import type { Setting, Side } from '../side.ts'

const issuer = 'http://127.0.0.1'
const workspace = 'bench/bench'
const tokenForS = 7_200

const models: Readonly<Record<Way, string>> = {
  openai: 'gpt-4o-mini',
  anthropic: 'claude-sonnet-4-5',
  'fails with 429': 'm429',
  'fails with 500': 'm500',
  refuses: 'refused',
  'rests after 429': 'm429',
  'rests after 500': 'm500',
  'rests after refusing': 'refused',
}

const providersAt = (model: string) => {
  const of = (name: string, host: string, served: string, type = 'openai') => ({
    name,
    type,
    baseURL: `http://${host}${type === 'openai' ? '/v1' : ''}`,
    models: [served],
    apiKey: 'sk-x',
  })
  return JSON.stringify([
    of('model', model, 'gpt-4o-mini'),
    of('claude', model, 'claude-sonnet-4-5', 'anthropic'),
    of('limited', `${model}/429`, 'm429'),
    of('broken', `${model}/500`, 'm500'),
    of('absent', '127.0.0.1:1', 'refused'),
  ])
}

/** One process as its container runs it, with everything on, but one try at each model. */
async function startOne(
  { model, programs }: Setting,
  wanted: { name: string; file: string; authUrl: string; env: Record<string, string> },
) {
  const [port, admin] = (await freePorts(2)) as [number, number]
  const { pid, stop } = await programs.start({
    name: wanted.name,
    command: process.execPath,
    args: [...nodeFlagsOf('llm-proxy'), wanted.file],
    env: {
      ...{ LLM_PROXY_HOST: '127.0.0.1', LLM_PROXY_PORT: String(port) },
      ...{ ADMIN_HOST: '127.0.0.1', ADMIN_PORT: String(admin) },
      ...{ INTERNAL_SERVICE_TOKEN: 'the-service-token-of-the-bench', AUTH_URL: wanted.authUrl },
      ...{ ISSUER: issuer, WORKSPACE: workspace, PROVIDERS: providersAt(model) },
      ...{ CODELAB_FALLBACK_MODELS: 'model/gpt-4o-mini', LLM_RETRY_ATTEMPTS: '1' },
      ...containerVariables,
      NODE_ENV: 'production',
      ...wanted.env,
    },
    readyUrl: `http://127.0.0.1:${admin}/readyz`,
  })
  await expectAllocator(pid)
  return { pid, stop, address: `127.0.0.1:${port}` }
}

/** What it costs here is what it costs a person: an access token is checked, not only a constant compared. */
export const ours: Side = {
  name: 'llm-proxy',
  about: `this commit, from its bundle, Node ${process.versions.node} with the flags and variables of its container; a person's access token checked; routing, breaker, usage log and metrics on; one try`,
  async start(setting) {
    const app = join(setting.folder, 'app')
    const name = 'llm-proxy'
    await bundle({ [name]: programsOfImage[name]! }, app)
    const audience = audienceOf(workspace)
    const signer = await createSigner({ issuer, audience, subject: 'bench-user' })
    const auth = await serveKeys(signer.jwks)
    const exp = Math.floor(Date.now() / 1_000) + tokenForS
    const headers = { authorization: `Bearer ${await signer.token({ exp })}` }
    const wanted = { file: join(app, `${name}.js`), authUrl: auth.url }
    const main = await startOne(setting, { ...wanted, name, env: {} })
    // The same with a breaker that never opens: the first provider is asked each time.
    const patient = await startOne(setting, {
      ...wanted,
      name: 'llm-proxy-closed',
      env: { BREAKER_FAILURES: '1000000000' },
    })
    const call = (way: Way): Call => {
      const { pid, address } = way.startsWith('fails') || way === 'refuses' ? patient : main
      return { pid, address, path: '/v1/chat/completions', headers, model: models[way] }
    }
    return {
      pid: main.pid,
      call,
      stop: async () => {
        await Promise.all([main.stop(), patient.stop(), auth.close()])
      },
    }
  },
}
