import type { Texts } from '../texts/en.ts'

/** Something a person can do from anywhere: by its keys, in the palette, in a menu. */
export type Command = {
  /** Stable: settings name it when they change its keys. `project.find`. */
  readonly id: string
  readonly title: (texts: Texts) => string
  /** `Mod+Shift+P`; `Mod` is Ctrl, on a Mac Cmd. */
  readonly keys?: string
  readonly run: () => void
}
