import { startEngine } from '@codelab/engine/server/start'
import { silentLog } from '../../support/silent-log.ts'

/** The engine as a program of its own that tells its memory after a full collection. Arguments: its home. */
const [, , home = ''] = process.argv
const collect = (globalThis as { gc?: () => void }).gc!

const engine = await startEngine({
  home: { folder: home, chosen: true },
  env: { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8' },
  log: silentLog,
  version: '0.1.0',
  uiFolder: home,
  shownIn: 'browser',
  openInBrowser: async () => false,
  server: 'http://127.0.0.1:1',
})

process.on('message', (wanted) => {
  if (wanted === 'memory') {
    for (let round = 0; round < 4; round += 1) collect()
    process.send!({ rss: process.memoryUsage.rss() / 2 ** 20 })
  } else void engine.close().then(() => process.exit())
})
process.send!({ entry: engine.entry() })
