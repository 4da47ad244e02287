import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@codelab/standalone/stores/free-port'
import type { Way } from '../call.ts'
import { chatCall } from '../chat-call.ts'
import { installPython } from '../install/python.ts'
import type { Side } from '../side.ts'

const version = '1.93.0'
const key = 'sk-bench'

const models: Partial<Record<Way, string>> = {
  openai: 'gpt-4o-mini',
  anthropic: 'claude-sonnet-4-5',
  'fails with 429': 'm429',
  'fails with 500': 'm500',
  refuses: 'refused',
}

/** JSON is YAML too. */
const configFor = (model: string) => {
  const entry = (model_name: string, provider: string, api_base: string) => ({
    model_name,
    litellm_params: { model: provider, api_base, api_key: 'sk-x' },
  })
  const failing = { m429: `${model}/429`, m500: `${model}/500`, refused: '127.0.0.1:1' }
  return JSON.stringify({
    model_list: [
      entry('gpt-4o-mini', 'openai/gpt-4o-mini', `http://${model}/v1`),
      entry('claude-sonnet-4-5', 'anthropic/claude-sonnet-4-5', `http://${model}`),
      ...Object.entries(failing).map(([name, host]) =>
        entry(name, 'openai/gpt-4o-mini', `http://${host}/v1`),
      ),
    ],
    litellm_settings: { callbacks: [], num_retries: 0 },
    router_settings: {
      num_retries: 0,
      disable_cooldowns: true,
      fallbacks: Object.keys(failing).map((name) => ({ [name]: ['gpt-4o-mini'] })),
    },
    general_settings: { master_key: key },
  })
}

/** LiteLLM's proxy (Python), one worker: it has one core. */
export const litellm: Side = {
  name: 'LiteLLM',
  about: `litellm[proxy] ${version}, one worker; master key checked; no callbacks, retries or cool-downs`,
  async start({ folder, model, programs, say }) {
    const installed = await installPython('litellm', version, say, '[proxy]')
    const port = await freePort()
    const config = join(folder, 'litellm.yaml')
    await writeFile(config, configFor(model))
    const { pid, stop } = await programs.start({
      name: 'litellm',
      command: 'python3',
      args: [
        join(installed, 'bin/litellm'),
        ...['--config', config, '--host', '127.0.0.1', '--port', String(port)],
        ...['--num_workers', '1'],
      ],
      env: { PYTHONPATH: installed, LITELLM_LOCAL_MODEL_COST_MAP: 'True', LITELLM_LOG: 'ERROR' },
      readyUrl: `http://127.0.0.1:${port}/health/liveliness`,
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
