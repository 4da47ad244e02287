import { parentOf, type TreeRow } from './visible-rows.ts'

/** What a key does in the tree. */
export type TreeStep =
  | { readonly step: 'go'; readonly to: number }
  | { readonly step: 'open' | 'fold' | 'unfold' | 'rename' | 'trash' | 'undo' }

type Pressed = { readonly key: string; readonly ctrlKey: boolean; readonly metaKey: boolean }

const moves: Readonly<Record<string, (at: number, last: number, page: number) => number>> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  PageDown: (at, _, page) => at + page,
  PageUp: (at, _, page) => at - page,
  Home: () => 0,
  End: (_, last) => last,
}
const acts: Readonly<Record<string, Exclude<TreeStep['step'], 'go'>>> = {
  Enter: 'open',
  ' ': 'open',
  F2: 'rename',
  Delete: 'trash',
}

/** To the right it opens, then goes in; to the left it closes, then goes out. */
function sideways(key: string, rows: readonly TreeRow[], at: number): TreeStep | undefined {
  const row = rows[at]
  if (key === 'ArrowRight' && row?.kind === 'folder')
    return row.open ? { step: 'go', to: Math.min(at + 1, rows.length - 1) } : { step: 'unfold' }
  if (key !== 'ArrowLeft' || !row) return undefined
  if (row.open) return { step: 'fold' }
  const above = rows.findIndex(({ path }) => path === parentOf(row.path))
  return above < 0 ? undefined : { step: 'go', to: above }
}

/** The keys of a tree as the ARIA patterns have them, and those of every file manager. `page`: lines that can be seen. */
export function stepFor(
  { key, ctrlKey, metaKey }: Pressed,
  rows: readonly TreeRow[],
  at: number,
  page: number,
): TreeStep | undefined {
  if (ctrlKey || metaKey) return key.toLowerCase() === 'z' ? { step: 'undo' } : undefined
  const last = rows.length - 1
  const to = moves[key]?.(at, last, page)
  if (to !== undefined) return { step: 'go', to: Math.max(0, Math.min(last, to)) }
  const act = acts[key]
  if (act) return rows[at] && { step: act }
  return sideways(key, rows, at)
}

/** The next line whose name begins with `wanted`, looked for from `first` on and round. */
function lineFrom(wanted: string, rows: readonly TreeRow[], first: number): number | undefined {
  for (let step = 0; step < rows.length; step += 1) {
    const index = (first + step) % rows.length
    if (rows[index]!.name.toLowerCase().startsWith(wanted)) return index
  }
  return undefined
}

/** The next line whose name begins with what was typed. One letter, also one that is typed again and again, goes on to the next such line. */
export function lineFor(typed: string, rows: readonly TreeRow[], at: number): number | undefined {
  const wanted = typed.toLowerCase()
  const [letter = ''] = wanted
  // More than one keep the line that they fit.
  const fitting = wanted === letter ? undefined : lineFrom(wanted, rows, at)
  if (fitting !== undefined || wanted !== letter.repeat(wanted.length)) return fitting
  return lineFrom(letter, rows, at + 1)
}
