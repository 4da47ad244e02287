import { alwaysAsks } from '@codelab/contracts/always-ask'
import { canonical } from './canonical.ts'

/** Remembers what a person saw when they approved, so that nothing else is executed in its name. */
export type Shown = {
  approved(callId: string, args: unknown): void
  /**
   * `changed`: this client's person approved other arguments than these. `unseen`: the call is one that always asks, and nobody
   * approved it at this client, whatever the server says.
   */
  verdictOn(
    callId: string,
    tool: string,
    args: Readonly<Record<string, unknown>>,
  ): 'allowed' | 'changed' | 'unseen'
}

export function createShown(): Shown {
  const approved = new Map<string, string>()
  return {
    approved: (callId, args) => void approved.set(callId, canonical(args)),
    verdictOn: (callId, tool, args) => {
      const expected = approved.get(callId)
      if (expected === undefined) return alwaysAsks(tool, args) ? 'unseen' : 'allowed'
      return expected === canonical(args) ? 'allowed' : 'changed'
    },
  }
}
