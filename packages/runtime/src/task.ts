import { StartError } from './process.ts'
import { exitConfig, SettingsError } from './settings.ts'

/** sysexits.h EX_UNAVAILABLE: something that the task needs does not answer or would not have it. */
export const exitUnavailable = 69

/** The task could not begin: what it needs is not there. */
export class UnavailableError extends StartError {}

const codeOf = (error: unknown): number => {
  if (error instanceof SettingsError) return exitConfig
  return error instanceof UnavailableError ? exitUnavailable : 1
}

/**
 * Runs something that ends by itself as a process of its own: exit code 0 when it is done, 78 on bad settings, 69 when what it
 * needs is not there, 1 on another failure. The last line on standard error says why.
 */
export async function runTask(name: string, task: () => Promise<void>): Promise<void> {
  try {
    await task()
    process.exit(0)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    process.stderr.write(
      `codelab ${name}: ${message.trim().replaceAll('\n', `\ncodelab ${name}: `)}\n`,
    )
    process.exit(codeOf(error))
  }
}
