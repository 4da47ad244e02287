import { createInterface } from 'node:readline'
import { Failure } from '@codelab/runtime/failure'
import { SettingsError } from '@codelab/runtime/settings'
import { commandOf, usage, UsageError } from './admin/commands.ts'
import { withOperations } from './admin/open-operations.ts'
import { adminSettings, NoDatabase } from './admin/settings.ts'
import { isUnavailable } from './store/unavailable.ts'

/** sysexits.h */
const exitCodes = { usage: 64, data: 65, unavailable: 69, software: 70, config: 78 } as const

/** One line, without its end; a password may hold anything else. */
async function readLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line
  throw new Failure('invalid_request', {
    message: 'Standard input is empty; one line is the password.',
  })
}

function explain(error: unknown): { message: string; code: number } {
  if (error instanceof UsageError) {
    return { message: `${error.message}\n${usage}`, code: exitCodes.usage }
  }
  if (error instanceof Failure) return { message: error.message, code: exitCodes.data }
  if (error instanceof SettingsError) return { message: error.message, code: exitCodes.config }
  if (error instanceof NoDatabase) return { message: error.message, code: exitCodes.unavailable }
  if (isUnavailable(error)) {
    return {
      message: 'the database does not answer; is the platform running?',
      code: exitCodes.unavailable,
    }
  }
  return {
    message: error instanceof Error ? error.message : String(error),
    code: exitCodes.software,
  }
}

try {
  const command = commandOf(process.argv.slice(2))
  const settings = await adminSettings(process.env)
  const lines = await withOperations(settings, (operations) => command(operations, readLine))
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
} catch (error) {
  const { message, code } = explain(error)
  process.stderr.write(`codelab auth: ${message}\n`)
  process.exitCode = code
}
process.stdin.destroy()
