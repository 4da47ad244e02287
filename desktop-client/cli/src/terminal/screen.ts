import type { Style } from './style.ts'
import type { Terminal } from './terminal.ts'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const paceMs = 90
const clearLine = '\r\u001B[K'

/** The one place that writes: answers to standard output, remarks beside them, and a progress line that never mixes with either. */
export type Screen = {
  write(text: string): void
  /** A line that is not part of the answer: on standard error when the answer goes to a program. */
  remark(line: string): void
  /** Shows that something goes on, on a terminal only; undefined ends it. */
  progress(text: string | undefined): void
}

export function createScreen(terminal: Terminal, style: Style, quiet = false): Screen {
  const { out, err, rich } = terminal
  const beside = rich ? out : err
  const lively = beside.isTTY === true && !quiet
  let text: string | undefined
  let drawn = false
  let frame = 0
  let timer: NodeJS.Timeout | undefined
  let atLineStart = true

  const clear = () => {
    if (drawn) beside.write(clearLine)
    drawn = false
  }
  const draw = () => {
    if (text === undefined || !atLineStart) return
    const line = `${frames[frame++ % frames.length]} ${text}`.slice(0, (beside.columns || 80) - 1)
    beside.write(`${clearLine}${style.dim(line)}`)
    drawn = true
  }

  return {
    write: (part) => {
      if (part === '') return
      clear()
      out.write(part)
      if (rich) atLineStart = part.endsWith('\n')
    },
    remark: (line) => {
      if (quiet) return
      clear()
      beside.write(`${atLineStart ? '' : '\n'}${line}\n`)
      atLineStart = true
    },
    progress: (next) => {
      if (!lively) return
      text = next
      clearInterval(timer)
      if (next === undefined) return clear()
      draw()
      timer = setInterval(draw, paceMs).unref()
    },
  }
}
