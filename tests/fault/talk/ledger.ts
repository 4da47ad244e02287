import type { LogFrame } from '@codelab/contracts/frames'
import type { Wish } from './known-model.ts'

/** What a client was told and did, written down as it happened. */
export type Ledger = {
  readonly session: string
  /** Messages that the client asked, in the order in which it sent them. */
  readonly asked: { readonly id: string; readonly wish: Wish }[]
  /** Ids of those that the server has acknowledged. */
  readonly acknowledged: string[]
  /** Frames of the log in the order in which the client took them. */
  readonly frames: LogFrame[]
  /** Every execution of a tool, also one that the client did not live to report. */
  readonly runs: { readonly callId: string; readonly path: string }[]
}

export const emptyLedger = (session: string): Ledger => ({
  session,
  asked: [],
  acknowledged: [],
  frames: [],
  runs: [],
})
