import { indentUnit } from '@codemirror/language'
import { Compartment, EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { basicSetup } from 'codemirror'
import { useEffect, useRef } from 'react'
import { languageOf } from '../../../editor/language-of.ts'
import { appearance } from '../../../editor/theme.ts'
import styles from './Editors.module.css'

/** A tab is four spaces wide in files that indent by tabs; spaces stay what they are. */
const indentOf = (text: string): string =>
  /^\t/m.test(text) ? '\t' : (/^( {2,8})\S/m.exec(text)?.[1] ?? '  ')

/** The text of one file. The editor holds the text while it is open; `text` from outside replaces it only where it differs. */
export function Editor({
  path,
  text,
  readOnly,
  line,
  onChange,
  onLineShown,
}: {
  readonly path: string
  readonly text: string
  readonly readOnly: boolean
  readonly line: number | undefined
  readonly onChange: (text: string) => void
  readonly onLineShown: () => void
}) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const changed = useRef(onChange)
  changed.current = onChange

  useEffect(() => {
    const language = new Compartment()
    const editor = new EditorView({
      parent: place.current!,
      doc: text,
      extensions: [
        basicSetup,
        appearance,
        indentUnit.of(indentOf(text)),
        language.of([]),
        EditorState.readOnly.of(readOnly),
        EditorView.contentAttributes.of({ 'aria-label': path }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed.current(update.state.doc.toString())
        }),
      ],
    })
    view.current = editor
    let gone = false
    languageOf(path).then(
      (found) => {
        if (!gone && found) editor.dispatch({ effects: language.reconfigure(found) })
      },
      () => undefined, // plain text then
    )
    return () => {
      gone = true
      editor.destroy()
    }
    // Its text comes in below; another file has another key.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [path, readOnly])

  useEffect(() => {
    const editor = view.current
    if (!editor || editor.state.doc.toString() === text) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } })
  }, [text])

  useEffect(() => {
    const editor = view.current
    if (!editor || line === undefined) return
    const { from } = editor.state.doc.line(Math.min(line, editor.state.doc.lines))
    editor.dispatch({
      selection: { anchor: from },
      effects: EditorView.scrollIntoView(from, { y: 'center' }),
    })
    editor.focus()
    onLineShown()
  }, [line, onLineShown, text])

  return <div ref={place} className={styles['editor']} />
}
