import { runProcess } from '@codelab/runtime/process'
import { readSettings } from '@codelab/runtime/settings'
import { Config } from './config.ts'
import { start } from './start.ts'

await runProcess('operator', () =>
  start(readSettings(Config, process.env), () => {
    process.stderr.write('codelab operator: the lease was lost, another process may lead now\n')
    process.exit(1)
  }),
)
