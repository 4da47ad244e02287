import { ToolFailure } from '../tool-failure.ts'

export type Edit = { readonly old: string; readonly new: string }

const byteOrderMark = '\ufeff'
const withoutCarriageReturns = (text: string) => text.replaceAll('\r\n', '\n')

const linesAt = (text: string, piece: string): number[] => {
  const lines: number[] = []
  for (let at = text.indexOf(piece); at >= 0 && lines.length < 5; at = text.indexOf(piece, at + 1))
    lines.push(text.slice(0, at).split('\n').length)
  return lines
}

function applyOne(text: string, edit: Edit, which: string): string {
  const at = text.indexOf(edit.old)
  if (at < 0) {
    throw new ToolFailure(
      'edit_not_found',
      `${which}: its \`old\` text does not occur. Nothing was changed; read the file again and copy the text exactly.`,
    )
  }
  if (text.indexOf(edit.old, at + 1) >= 0) {
    throw new ToolFailure(
      'edit_ambiguous',
      `${which}: its \`old\` text occurs more than once (lines ${linesAt(text, edit.old).join(', ')}). Nothing was changed; add the lines around it.`,
    )
  }
  return text.slice(0, at) + edit.new + text.slice(at + edit.old.length)
}

/**
 * Applies edits one after the other, each to what the one before left; all or none.
 * Where every line of the text ends alike, edits may be written with either ending and the text keeps its own; so does a byte order mark.
 */
export function applyEdits(text: string, edits: readonly Edit[], path: string): string {
  const mark = text.startsWith(byteOrderMark) ? byteOrderMark : ''
  const body = text.slice(mark.length)
  const carriageReturns = body.split('\r\n').length - 1
  const lineFeeds = body.split('\n').length - 1
  const mixed = carriageReturns > 0 && carriageReturns < lineFeeds
  const plain = mixed ? (piece: string) => piece : withoutCarriageReturns

  let edited = plain(body)
  for (const [index, edit] of edits.entries()) {
    const which = `Edit ${index + 1} of ${edits.length} to ${path}`
    edited = applyOne(edited, { old: plain(edit.old), new: plain(edit.new) }, which)
  }
  return mark + (carriageReturns > 0 && !mixed ? edited.replaceAll('\n', '\r\n') : edited)
}
