import { collectWhenCalm } from './calm-collection.ts'
import { exitConfig, SettingsError } from './settings.ts'

/** How a process takes its leave of others. */
export type Drain = {
  /** So long those who hold a connection are still answered on it, each for the last time. */
  readonly leaveMs: number
  /** So long what runs may go on to its own end; then it is parked or handed over. */
  readonly finishMs: number
}

/** A started service: where it answers, where its probes and metrics are, and how it ends. */
export type Running = {
  readonly url: string
  readonly adminUrl: string
  /**
   * Is no longer ready, finishes or parks what runs, then closes; probes and metrics answer to the end. Without a `drain` nobody is waited
   * for who could as well come back. Safe to call once.
   */
  stop(drain?: Drain): Promise<void>
}

/** A start that failed for a reason a person can mend: its message is the one line they read. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

/** Ends well within `stopWithinMs`. */
const drain: Drain = { leaveMs: 1_000, finishMs: 6_000 }

/** A supervisor's patience; past it the process ends all the same, with a failure code. */
export const stopWithinMs = 10_000

const explain = (error: unknown) =>
  error instanceof SettingsError || error instanceof StartError || !(error instanceof Error)
    ? String((error as Error).message ?? error)
    : `${error.name}: ${error.message}`

/**
 * Runs a service as a process of its own: one clear line and exit code 78 on bad settings, 1 on another failed start;
 * SIGTERM and SIGINT stop it in order. While nothing happens it gives memory back. A terminal's Ctrl-C reaches Node twice, so a second signal changes nothing.
 */
export async function runProcess(name: string, start: () => Promise<Running>): Promise<void> {
  let running: Running | undefined
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    if (!running) process.exit(0) // still waiting for a store: nothing was taken on yet
    setTimeout(() => process.exit(1), stopWithinMs).unref()
    running.stop(drain).then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`codelab ${name}: did not stop cleanly: ${explain(error)}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  try {
    running = await start()
    collectWhenCalm()
  } catch (error) {
    process.stderr.write(
      `codelab ${name}: ${explain(error).replaceAll('\n', `\ncodelab ${name}: `)}\n`,
    )
    process.exit(error instanceof SettingsError ? exitConfig : 1)
  }
}
