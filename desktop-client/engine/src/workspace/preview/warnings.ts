import { guardedKind, wordingOfGuarded } from '@codelab/contracts/always-ask'

export type WarningCode =
  | 'control_characters'
  | 'hidden_characters'
  | 'inside_git'
  | 'runs_later'
  | 'always_asks'
  | 'through_link'
  | 'outside_risk'

/** Something that a person should know before they approve. */
export type Warning = { readonly code: WarningCode; readonly message: string }

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/
/** Characters that turn the reading direction or take no room: what is read is then not what is there. */
const hidden = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2028\u2029]/u
/** Some of them are honest where they belong: a byte order mark at the start, joiners inside an emoji. */
const honest = /^\ufeff|\p{Extended_Pictographic}[\ufe0f\u200d]*/gu

/** Names beyond the always-ask list that other programs read and act on, often without asking. */
const runsLater = [
  /(?:^|\/)(?:package\.json|makefile|gnumakefile|justfile|dockerfile|tiltfile|conftest\.py|sitecustomize\.py|setup\.py|build\.gradle(?:\.kts)?|build\.rs)$/i,
  /(?:^|\/)[^/]+\.config\.[cm]?[jt]s$/i,
]

export const controlIn = (...texts: readonly string[]): Warning[] =>
  texts.some((text) => control.test(text))
    ? [{ code: 'control_characters', message: 'There are control characters in it.' }]
    : []

export const hiddenIn = (...texts: readonly string[]): Warning[] =>
  texts.some((text) => hidden.test(text.replace(honest, '')))
    ? [
        {
          code: 'hidden_characters',
          message: 'There are invisible characters or such that turn the reading direction in it.',
        },
      ]
    : []

/** Paths have no line ends either. */
export const warningsOfPath = (path: string): Warning[] => [
  ...(/[\n\r\t]/.test(path) && controlIn(path).length === 0
    ? [{ code: 'control_characters' as const, message: 'There are control characters in it.' }]
    : controlIn(path)),
  ...hiddenIn(path),
  ...actedOn(path),
]

function actedOn(path: string): Warning[] {
  const kind = guardedKind(path)
  if (kind) return [{ code: 'always_asks', message: wordingOfGuarded({ path, kind }) }]
  return runsLater.some((pattern) => pattern.test(path))
    ? [{ code: 'runs_later', message: 'Other programs read this file and act on it.' }]
    : []
}
