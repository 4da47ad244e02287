import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from '@codelab/standalone/stores/free-port'
import { Builder, type WebDriver } from 'selenium-webdriver'
import { until } from '../../support/until.ts'

const answers = (url: string) =>
  fetch(`${url}/status`).then(
    ({ ok }) => ok,
    () => false,
  )

/** WebKit's own driver: it starts the application and presses what a person would press. */
export async function startDriver(env: Readonly<Record<string, string>>) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], {
    env: { ...env, TAURI_WEBVIEW_AUTOMATION: 'true' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  await until('WebKitWebDriver', () => answers(url))
  return {
    open: (binary: string, args: readonly string[] = []): Promise<WebDriver> =>
      new Builder()
        .usingServer(url)
        .withCapabilities({
          browserName: 'wry',
          'webkitgtk:browserOptions': { binary, args: [...args] },
        })
        .build(),
    stop: async (): Promise<void> => {
      if (child.exitCode !== null) return
      const exited = once(child, 'exit')
      child.kill()
      await exited
    },
  }
}
