import { runProcess } from '@codelab/runtime/process'
import { readSettings } from '@codelab/runtime/settings'
import { Config } from './config.ts'
import { start } from './start.ts'

await runProcess('llm-proxy', () => start(readSettings(Config, process.env)))
