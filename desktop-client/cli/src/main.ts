import { CommanderError } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { createContext } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { createProgram } from './program.ts'
import { explain } from './explain.ts'

const lingerMs = 2_000
const samePressMs = 100

const { stdin: input, stdout: out, stderr: err } = process
const context = createContext(process.env, { input, out, err }, () =>
  process.exit(exitCodes.cancelled),
)

// Started through another Node, one Ctrl-C may arrive twice.
let lastPress = Number.NEGATIVE_INFINITY
process.on('SIGINT', () => {
  const now = performance.now()
  if (now - lastPress > samePressMs) context.interrupts.press()
  lastPress = now
})
process.on('SIGTERM', () => context.interrupts.press())
// A reader that has had enough (head, jq) is no failure.
out.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.ok)
})

const settle = (code: ExitCode) => {
  process.exitCode = code
}

try {
  const program = createProgram(context, manifest.version, settle)
  await program.parseAsync(process.argv)
} catch (error) {
  if (error instanceof CommanderError) {
    settle(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage)
  } else {
    settle(explain(context, error))
  }
}
input.unref?.()
// Everything is closed by now; a handle that lingers all the same must not hold the terminal.
setTimeout(() => process.exit(), lingerMs).unref()
