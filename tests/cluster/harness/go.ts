import { onPath } from './on-path.ts'

/** The Go that builds the programs; older ones than it needs fetch the newer one themselves. */
export async function findGo(): Promise<string> {
  const path = await onPath('go', ['/usr/local/go/bin'])
  if (path) return path
  throw new Error(
    'Go is not installed (looked on PATH and in /usr/local/go/bin): it builds the Kubernetes programs, once; install Go 1.26 or newer from https://go.dev/dl',
  )
}
