import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView, highlightSpecialChars } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { styleNonce } from '../styles/style-nonce.ts'

/** The page's own colours: both themes come with its variables. */
const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--ground)' },
  '&.cm-focused, &:focus-within': { outline: '1px solid var(--focus)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: 'var(--font-code)', lineHeight: '1.45' },
  '.cm-gutters': {
    color: 'var(--text-soft)',
    backgroundColor: 'var(--ground-side)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--selected)',
  },
  '.cm-specialChar': {
    color: 'var(--danger)',
    backgroundColor: 'var(--danger-soft)',
    border: '1px solid var(--danger)',
    borderRadius: '4px',
  },
})

const code = HighlightStyle.define([
  { tag: [tags.comment, tags.meta], color: 'var(--text-soft)' },
  { tag: [tags.keyword, tags.typeName, tags.tagName], color: 'var(--accent)' },
  { tag: [tags.string, tags.regexp], color: 'var(--success)' },
  { tag: [tags.number, tags.bool, tags.null, tags.attributeName], color: 'var(--warning)' },
  { tag: [tags.heading, tags.definition(tags.variableName)], fontWeight: '600' },
  { tag: tags.invalid, color: 'var(--danger)' },
])

/** Beyond the usual ones: what turns the reading direction, and what takes no room. */
const unseen = /[\p{Cf}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu

/** How every text of a file looks here; no character hides. */
export const appearance = [
  EditorView.cspNonce.of(styleNonce),
  // Said as it is: a region that scrolls can be reached with the keyboard.
  EditorView.contentAttributes.of({ tabindex: '0' }),
  look,
  syntaxHighlighting(code),
  highlightSpecialChars({ addSpecialChars: unseen }),
]
