import { EditorState, type Extension } from '@codemirror/state'
import { editorRu } from '../texts/editor-ru.ts'

/** The editor's own words in the language of the page. */
export const editorWords = (): Extension =>
  document.documentElement.lang === 'ru' ? EditorState.phrases.of(editorRu) : []
