import { Failure } from '@codelab/runtime/failure'
import type { Context } from './context.ts'
import { type ExitCode, exitCodeOf } from './exit-codes.ts'
import { harmless } from './terminal/visible.ts'

/** Tells a person what went wrong, and a script by the exit code that is returned. */
export function explain({ terminal, texts, style, debug }: Context, error: unknown): ExitCode {
  const { prefix, unexpected } = texts.failure
  const message = error instanceof Error ? error.message : String(error)
  const line = error instanceof Failure ? message : unexpected(message)
  terminal.err.write(`${style.red(`${prefix}: ${harmless(line)}`)}\n`)
  if (debug && error instanceof Error) terminal.err.write(`${error.stack}\n`)
  return exitCodeOf(error)
}
