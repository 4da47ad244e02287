import type { SandboxState } from '../program/sandbox/sandbox.ts'
import type { Warning } from './warnings.ts'

/** What is at a path. Never its content where that is no text. */
export type Content =
  | { readonly kind: 'absent' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly size: number }
  | { readonly kind: 'large'; readonly size: number }

/** What is there: bytes of a file, entries of a folder (counted up to 1,000), the target of a link. */
export type Thing =
  | { readonly kind: 'absent' }
  | { readonly kind: 'file'; readonly size: number }
  | { readonly kind: 'folder'; readonly entries: number }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'special' }

/** What a call would do, for the person who decides about it. Paths are the real ones, relative to the project folder. */
export type Preview =
  | {
      readonly kind: 'text_change'
      readonly path: string
      readonly before: Content
      readonly after: string
      readonly warnings: readonly Warning[]
    }
  | {
      readonly kind: 'new_folder'
      readonly path: string
      readonly existing: Thing
      readonly warnings: readonly Warning[]
    }
  | {
      readonly kind: 'move'
      readonly path: string
      readonly to: string
      readonly moved: Thing
      readonly existing: Thing
      readonly warnings: readonly Warning[]
    }
  | {
      readonly kind: 'deletion'
      readonly path: string
      readonly deleted: Thing
      readonly warnings: readonly Warning[]
    }
  | {
      readonly kind: 'command'
      readonly argv: readonly string[]
      /** A real, absolute path. */
      readonly cwd: string
      readonly timeoutSeconds: number
      readonly sandbox: SandboxState
      readonly warnings: readonly Warning[]
    }
