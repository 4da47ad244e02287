import { createLog } from '@codelab/runtime/log'
import type { Running } from '@codelab/runtime/process'
import type { Config } from './config.ts'
import { startDemoModel } from './server.ts'

/** Starts the demo model as a process of its own; it has no probes or metrics, so its one address stands for both. */
export async function start(config: Config): Promise<Running> {
  const log = createLog({ service: 'demo-model', level: config.LOG_LEVEL })
  const tokensPerSecond = config.DEMO_MODEL_TOKENS_PER_SECOND
  const { url, close } = await startDemoModel({
    host: config.DEMO_MODEL_HOST,
    port: config.DEMO_MODEL_PORT,
    ...(tokensPerSecond !== undefined && { tokensPerSecond }),
    log,
  })
  log.info({ url: `${url}/v1` }, 'demo model answers')
  return { url, adminUrl: url, stop: close }
}
