import { indentUnit } from '@codemirror/language'
import { Compartment, EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { basicSetup } from 'codemirror'
import { languageOf } from '../../../editor/language-of.ts'
import { appearance } from '../../../editor/theme.ts'
import { editorWords } from '../../../editor/words.ts'
import { changeFile, type OpenFile, useOpenFiles } from './open-files.ts'

/** The editor of a tab: it lives as long as the tab, so that going back to it finds selection, history and place. */
export type EditorOfTab = {
  readonly view: EditorView
  readonly show: (file: Pick<OpenFile, 'path' | 'readOnly' | 'text'>) => void
  scroll: ReturnType<EditorView['scrollSnapshot']> | undefined
}

const editors = new Map<number, EditorOfTab>()

useOpenFiles.subscribe(({ files }) => {
  for (const [id, { view }] of editors) {
    if (files.some((file) => file.id === id)) continue
    view.destroy()
    editors.delete(id)
  }
})

/** A tab is four spaces wide in files that indent by tabs; spaces stay what they are. */
const indentOf = (text: string): string =>
  /^\t/m.test(text) ? '\t' : (/^( {2,8})\S/m.exec(text)?.[1] ?? '  ')

/** Replaces only what differs, so that the cursor and the place on the screen stay. */
export function differenceOf(before: string, after: string) {
  const shorter = Math.min(before.length, after.length)
  let from = 0
  while (from < shorter && before[from] === after[from]) from += 1
  let end = 0
  while (end < shorter - from && before.at(-1 - end) === after.at(-1 - end)) end += 1
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) }
}

function createEditor({ id, text }: OpenFile): EditorOfTab {
  const [language, access] = [new Compartment(), new Compartment()]
  const view = new EditorView({
    doc: text,
    extensions: [
      basicSetup,
      appearance,
      editorWords(),
      indentUnit.of(indentOf(text)),
      language.of([]),
      access.of([]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) changeFile(id, { text: update.state.doc.toString() })
      }),
    ],
  })
  let shown: { path: string; readOnly: boolean } | undefined
  return {
    view,
    scroll: undefined,
    show: ({ path, readOnly, text: wanted }) => {
      const now = view.state.doc.toString()
      if (now !== wanted) view.dispatch({ changes: differenceOf(now, wanted) })
      if (shown?.path === path && shown.readOnly === readOnly) return
      view.dispatch({
        effects: access.reconfigure([
          EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ 'aria-label': path }),
        ]),
      })
      if (shown?.path !== path)
        languageOf(path).then(
          (found) => view.dispatch({ effects: language.reconfigure(found ?? []) }),
          () => undefined, // plain text then
        )
      shown = { path, readOnly }
    },
  }
}

export function editorOf(file: OpenFile): EditorOfTab {
  const editor = editors.get(file.id) ?? createEditor(file)
  editors.set(file.id, editor)
  return editor
}
