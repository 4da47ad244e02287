import { KubeConfig } from '@kubernetes/client-node'
import { createConnection, type RawRequest } from '@codelab/operator/kube/connection'

export type Answer = {
  readonly status: number
  readonly text: string
  /** What the API server warned of, one text each. */
  readonly warnings: readonly string[]
}

export type Api = ReturnType<typeof connectApi>

/** The kubeconfig of the control plane that the runner started. */
export function kubeconfigPath(): string {
  const path = process.env['TEST_KUBECONFIG']
  if (path) return path
  throw new Error(
    'TEST_KUBECONFIG is not set: run `npm run e2e -- charts`, which starts an API server',
  )
}

const loadConfig = () => {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfigPath())
  return config
}

/** `299 - "text"`, as the API server writes a warning; several come joined by commas. */
const warningsIn = (header: string | string[] | undefined): string[] =>
  [header ?? []].flat().flatMap((text) => text.match(/"(?:[^"\\]|\\.)*"/g) ?? [])

/** The API server, raw: every answer is an answer, whatever its status. */
export function connectApi() {
  const connection = createConnection({ load: loadConfig, userAgent: 'codelab-tests' })
  const send = async (
    method: RawRequest['method'],
    path: string,
    body?: unknown,
    contentType = 'application/json',
  ): Promise<Answer> => {
    const answer = await connection.send({
      lane: 'request',
      method,
      path,
      headers: { accept: 'application/json', 'content-type': contentType },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    })
    return {
      status: answer.statusCode,
      text: await answer.body.text(),
      warnings: warningsIn(answer.headers['warning']),
    }
  }
  return {
    /** What is there, parsed; throws on anything but a success. */
    async read<Body>(path: string): Promise<Body> {
      const { status, text } = await send('GET', path)
      if (status >= 300) throw new Error(`GET ${path}: ${status} ${text}`)
      return JSON.parse(text) as Body
    },
    get: (path: string) => send('GET', path),
    post: (path: string, body: unknown) => send('POST', path, body),
    remove: (path: string) => send('DELETE', path),
    /** Server-side apply; `dryRun` leaves nothing behind. */
    apply: (path: string, body: unknown, dryRun = false) =>
      send(
        'PATCH',
        `${path}?fieldManager=tests&force=true${dryRun ? '&dryRun=All' : ''}`,
        body,
        'application/apply-patch+yaml',
      ),
    close: () => connection.close(),
  }
}
