import { type ServerFrame, serverFrames } from '@codelab/contracts/frames'
import { parseFrame } from '@codelab/runtime/parse-frame'

export type Read =
  | { readonly kind: 'frame'; readonly frame: ServerFrame }
  /** A frame of a newer server: it has a place in the log all the same. */
  | { readonly kind: 'unknown'; readonly seq: number | undefined }

/** Reads what came over the socket. A frame that this client does not understand is passed over, never an error: newer servers say more. */
export function readFrame(text: string): Read {
  const parsed = parseFrame(serverFrames, text)
  if (parsed.ok) return { kind: 'frame', frame: parsed.frame }
  return { kind: 'unknown', seq: seqOf(text) }
}

function seqOf(text: string): number | undefined {
  try {
    const { seq } = JSON.parse(text) as { seq?: unknown }
    return Number.isInteger(seq) ? (seq as number) : undefined
  } catch {
    return undefined
  }
}
