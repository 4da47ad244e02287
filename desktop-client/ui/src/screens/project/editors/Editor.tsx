import { EditorView } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { editorOf } from './editor-views.ts'
import styles from './Editors.module.css'
import { type OpenFile, shownLine } from './open-files.ts'

/** The text of one file. The editor holds the text while it is open; `text` from outside replaces only what differs. */
export function Editor({ file }: { readonly file: OpenFile }) {
  const place = useRef<HTMLDivElement>(null)
  const { id, path, readOnly, text, line } = file
  const editor = editorOf(file)

  useEffect(() => {
    const { view, scroll } = editor
    place.current!.append(view.dom)
    view.requestMeasure()
    if (scroll) view.dispatch({ effects: scroll })
    return () => {
      editor.scroll = view.scrollSnapshot()
      view.dom.remove()
    }
  }, [editor])

  useEffect(() => editor.show({ path, readOnly, text }), [editor, path, readOnly, text])

  useEffect(() => {
    if (line === undefined) return
    const { view } = editor
    const { from } = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines))
    view.dispatch({
      selection: { anchor: from },
      effects: EditorView.scrollIntoView(from, { y: 'center' }),
    })
    view.focus()
    shownLine(id)
  }, [editor, id, line])

  return <div ref={place} className={styles['editor']} />
}
