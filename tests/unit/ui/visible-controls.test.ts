import { visibleControls } from '../../../desktop-client/ui/src/screens/conversation/items/visible-controls.ts'

test.each([
  ['\u001B[2Jgone', '⟨U+001B⟩[2Jgone'],
  ['\u001B]0;title\u0007', '⟨U+001B⟩]0;title⟨U+0007⟩'],
  ['a\u202Eb\u202C', 'a⟨U+202E⟩b⟨U+202C⟩'],
  ['\u2066\u2069\u009B\u0000', '⟨U+2066⟩⟨U+2069⟩⟨U+009B⟩⟨U+0000⟩'],
])('%j is shown as %s', (text, shown) => expect(visibleControls(text)).toBe(shown))

test.each(['a\tb\r\nc', '👩‍👩‍👧 ❤️', 'שלום\u200F', 'мир'])('%j stays as it is', (text) =>
  expect(visibleControls(text)).toBe(text),
)
