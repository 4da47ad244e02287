import { collectWhenCalm } from '@codelab/runtime/calm-collection'
import { StartError } from '@codelab/runtime/process'
import { exitConfig, SettingsError } from '@codelab/runtime/settings'
import { announce } from './announce.ts'
import { readStartSettings, usage } from './settings.ts'

/** Ends with this even if something does not stop. */
const stopWithinMs = 9_500

const fail = (error: unknown): never => {
  const known = error instanceof SettingsError || error instanceof StartError
  const text = known
    ? error.message
    : `unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  process.stderr.write(`codelab: ${text.replaceAll('\n', '\ncodelab: ')}\n`)
  process.exit(error instanceof SettingsError ? exitConfig : 1)
}

/** `npm start`: the whole platform on one machine, until SIGINT or SIGTERM. */
async function main(): Promise<void> {
  const { settings, help } = readStartSettings(process.argv.slice(2), process.env)
  if (help) return void process.stdout.write(usage)

  // The services take most of a second to load; signals are listened to meanwhile.
  const starting = import('./platform.ts').then(({ startPlatform }) =>
    startPlatform(settings, process.env, (line) => process.stdout.write(`${line}\n`)),
  )
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), stopWithinMs).unref()
    starting
      .then((platform) => platform.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)

  const platform = await starting
  collectWhenCalm()
  if (!stopping) process.stdout.write(announce(platform.ready, platform))
}

main().catch(fail)
