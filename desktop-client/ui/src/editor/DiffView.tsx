import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { MergeView } from '@codemirror/merge'
import { Compartment, EditorState } from '@codemirror/state'
import { EditorView, keymap, lineNumbers } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { LongText } from '../parts/LongText.tsx'
import styles from './DiffView.module.css'
import { fitsEditor } from './fits-editor.ts'
import { languageOf } from './language-of.ts'
import { appearance } from './theme.ts'
import { editorWords } from './words.ts'

type Props = {
  readonly path: string
  readonly before: string
  readonly after: string
  readonly labels: { readonly before: string; readonly after: string }
  readonly onChange?: ((text: string) => void) | undefined
}

/** Milliseconds after which a difference is told by larger pieces. */
const exactMs = 200

/** A text before and after, side by side. With `onChange` the right side can be edited. What would stop an editor is shown without one. */
export function DiffView(props: Props) {
  return fitsEditor(props.before) && fitsEditor(props.after) ? (
    <SideBySide {...props} />
  ) : (
    <OneByOne {...props} />
  )
}

/** Both texts, in parts as they are asked for. */
function OneByOne({ before, after, labels, onChange }: Props) {
  return (
    <div className={styles['plain']}>
      {[
        { label: labels.before, text: before },
        { label: labels.after, text: after, edit: onChange },
      ].map(({ label, text, edit }) => (
        <section key={label} aria-label={label}>
          <h3>{label}</h3>
          {edit ? (
            <textarea
              aria-label={label}
              defaultValue={text}
              spellCheck={false}
              onChange={(event) => edit(event.target.value)}
            />
          ) : (
            <pre tabIndex={0}>
              <LongText text={text} lines />
            </pre>
          )}
        </section>
      ))}
    </div>
  )
}

/** In two editors; what did not change is folded away. */
function SideBySide({ path, before, after, labels, onChange }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const changed = useRef(onChange)
  changed.current = onChange
  const editable = onChange !== undefined

  useEffect(() => {
    const languages = [new Compartment(), new Compartment()] as const
    const side = (language: Compartment, label: string) => [
      appearance,
      editorWords(),
      lineNumbers(),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': label }),
      language.of([]),
    ]
    const view = new MergeView({
      parent: place.current!,
      a: {
        doc: before,
        extensions: [...side(languages[0], labels.before), EditorState.readOnly.of(true)],
      },
      b: {
        doc: after,
        extensions: [
          ...side(languages[1], labels.after),
          EditorState.readOnly.of(!editable),
          editable ? [history(), keymap.of([...defaultKeymap, ...historyKeymap])] : [],
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current?.(update.state.doc.toString())
          }),
        ],
      },
      collapseUnchanged: { margin: 3, minSize: 6 },
      diffConfig: { scanLimit: 500, timeout: exactMs },
    })
    let gone = false
    languageOf(path).then(
      (language) => {
        if (gone || !language) return
        view.a.dispatch({ effects: languages[0].reconfigure(language) })
        view.b.dispatch({ effects: languages[1].reconfigure(language) })
      },
      () => undefined, // plain text then
    )
    return () => {
      gone = true
      view.destroy()
    }
    // A new text is a new view: the parent gives each preview its own key.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [])

  return <div ref={place} className={styles['diff']} />
}
