import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@codelab/standalone/stores/free-port'
import type { Way } from '../call.ts'
import { chatCall } from '../chat-call.ts'
import { installPython } from '../install/python.ts'
import type { Side } from '../side.ts'

const version = '0.1.0'
const key = 'sk-bench'

const models: Partial<Record<Way, string>> = {
  openai: 'gpt-4o-mini',
  anthropic: 'claude-sonnet-4-5',
  'fails with 429': 'm429',
  'fails with 500': 'm500',
  refuses: 'refused',
}

const provider = (name: string, host: string, more = 'kind = "openai_compatible"') => `
[[providers]]
name = "${name}"
api_base = "http://${host}"
${more}
`
const target = (name: string, model: string) =>
  `targets = [{ provider = "${name}", model = "${model}" }]`
const route = (model: string, to: string) => `
[[routes]]
model = "${model}"
strategy = "round_robin"
${target(to, model)}
`
/** A variant is chosen by weight, and the others follow when it fails: this is how one provider is always asked first. */
const failing = (model: string) => `
[[routes]]
model = "${model}"
[[routes.variants]]
name = "first"
weight = 1000000
${target(model, 'gpt-4o-mini')}
[[routes.variants]]
name = "second"
weight = 1
${target('model', 'gpt-4o-mini')}
`

const configFor = (model: string) => `
[retry]
max_retries = 1
base_backoff_ms = 0
[cooldown]
base_secs = 0
[[virtual_keys]]
key = "${key}"
name = "bench"
models = []
${provider('model', model)}
${provider('claude', model, 'kind = "anthropic"\nallow_custom_api_base = true\napi_key_env = "BENCH_VENDOR_KEY"')}
${provider('m429', `${model}/429`)}
${provider('m500', `${model}/500`)}
${provider('refused', '127.0.0.1:1')}
${route('gpt-4o-mini', 'model')}
${route('claude-sonnet-4-5', 'claude')}
${failing('m429')}
${failing('m500')}
${failing('refused')}
`

/** rolter (Rust, Axum). */
export const rolter: Side = {
  name: 'rolter',
  about: `rolter ${version}; virtual key checked; one retry at the next target without a pause, no cool-downs, no breaker`,
  async start({ folder, model, programs, say }) {
    const installed = await installPython('rolter', version, say)
    const port = await freePort()
    const config = join(folder, 'rolter.toml')
    await writeFile(config, configFor(model))
    const { pid, stop } = await programs.start({
      name: 'rolter',
      command: join(installed, 'bin/rolter'),
      args: ['gateway', '--config', config, '--host', '127.0.0.1', '--port', String(port)],
      env: { BENCH_VENDOR_KEY: 'sk-x' },
      readyUrl: `http://127.0.0.1:${port}/metrics`,
    })
    return {
      pid,
      stop,
      call: (way) => {
        const asked = models[way]
        return asked === undefined ? undefined : chatCall({ pid, port, key }, asked)
      },
    }
  },
}
