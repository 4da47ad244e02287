import { digestOf } from '../../conversation/canonical.ts'
import { ToolFailure } from '../tool-failure.ts'
import { type OwnChanges, stampAt } from '../watching/own-changes.ts'

const most = 1_000

/** Remembers what was there when a person looked at a call, so that an approval covers nothing that came later. */
export type Seen = {
  saw(tool: string, args: unknown, stamp: string): void
  /** Fails when the entry at `at` is neither as it was shown nor as another tool call left it since. */
  assertUnchanged(tool: string, args: { readonly path: string }, at: string): Promise<void>
}

export function createSeen(own: OwnChanges): Seen {
  const stamps = new Map<string, string>()
  return {
    saw: (tool, args, stamp) => {
      const key = digestOf(tool, args)
      stamps.delete(key)
      stamps.set(key, stamp)
      const oldest = stamps.size > most ? stamps.keys().next().value : undefined
      if (oldest !== undefined) stamps.delete(oldest)
    },
    assertUnchanged: async (tool, args, at) => {
      const expected = stamps.get(digestOf(tool, args))
      if (expected === undefined) return
      const now = await stampAt(at)
      if (now === expected || own.isOwn(args.path, now)) return
      throw new ToolFailure(
        'failed',
        `${args.path} changed after it was shown for approval, so nothing was done. Look at it again and ask again.`,
      )
    },
  }
}
