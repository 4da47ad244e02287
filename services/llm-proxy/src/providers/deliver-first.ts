/**
 * Reads chunks so that what came before a failure is still delivered: how a vendor's bytes fall into chunks must not decide whether its
 * text arrives. The failure is thrown by the next call, and `failure` tells of it at once.
 */
export const deliverFirst = <Out>(
  read: (chunk: Buffer) => void,
  take: () => Out | undefined,
): { feed: (chunk: Buffer) => Out | undefined; failure: () => Error | undefined } => {
  let failure: Error | undefined
  return {
    feed(chunk) {
      if (failure) throw failure
      try {
        read(chunk)
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error))
      }
      const out = take()
      if (out === undefined && failure) throw failure
      return out
    },
    failure: () => failure,
  }
}
