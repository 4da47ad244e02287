import type { VersionMismatch } from '@codelab/contracts/engine-ui/application'

const numbersOf = (version: string): [number, number] | undefined => {
  const match = /^v?(\d+)\.(\d+)\./.exec(version)
  return match ? [Number(match[1]), Number(match[2])] : undefined
}

/**
 * Who is to be updated when server and application do not fit: they fit when the first number is the same, before 1.0 the second too.
 * A version that is none says nothing.
 */
export function mismatchOf(server: string, client: string): VersionMismatch | undefined {
  const [theirs, ours] = [numbersOf(server), numbersOf(client)]
  if (!theirs || !ours) return undefined
  const difference = theirs[0] - ours[0] || (ours[0] === 0 ? theirs[1] - ours[1] : 0)
  if (difference === 0) return undefined
  return {
    server_version: server,
    client_version: client,
    update: difference > 0 ? 'client' : 'server',
  }
}
