import { maxResultBytes } from '@codelab/contracts/tools'
import { readRegular } from '../place/regular-file.ts'
import { linesOf, linesWithin, textOf } from '../text.ts'
import { ToolFailure } from '../tool-failure.ts'
import type { Run } from './tool.ts'

const roomForNote = 1024

/**
 * A whole file answers its text and nothing else. A part of it is followed by a line that says which lines these are,
 * of how many, and how to read on.
 */
export const readFile: Run<'read_file'> = async ({ locate }, args) => {
  const { path, start_line: start = 1, end_line: end = Infinity } = args
  if (end < start) {
    throw new ToolFailure('invalid_arguments', 'end_line must not be below start_line.')
  }
  const { bytes } = await locate(path, { followLast: true }, (place) => readRegular(place, path))
  const lines = linesOf(textOf(bytes, path))
  if (start > Math.max(1, lines.length)) {
    throw new ToolFailure(
      'invalid_arguments',
      `${path} has ${lines.length} lines; start_line ${start} is beyond them.`,
    )
  }
  const wanted = lines.slice(start - 1, end)
  const kept = linesWithin(wanted, maxResultBytes - roomForNote)
  if (kept.length === 0 && wanted.length > 0) {
    throw new ToolFailure(
      'result_too_large',
      `Line ${start} of ${path} alone is longer than a result may be.`,
    )
  }
  if (kept.length === lines.length) return kept.join('')
  return `${kept.join('')}${noteOf(start, kept.length, lines.length)}`
}

function noteOf(start: number, shown: number, total: number): string {
  const last = start + shown - 1
  const more = last < total ? ` To read on, use start_line ${last + 1}.` : ''
  return `\n[Lines ${start} to ${last} of ${total}.${more}]`
}
