import { canonical } from './canonical.ts'

/** Remembers what a person saw when they approved, so that nothing else is executed in its name. */
export type Shown = {
  approved(callId: string, args: unknown): void
  /** False when this client's person approved other arguments than these. */
  allows(callId: string, args: unknown): boolean
}

export function createShown(): Shown {
  const approved = new Map<string, string>()
  return {
    approved: (callId, args) => void approved.set(callId, canonical(args)),
    allows: (callId, args) => {
      const expected = approved.get(callId)
      return expected === undefined || expected === canonical(args)
    },
  }
}
