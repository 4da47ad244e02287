import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Agent, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { writeFile } from 'node:fs/promises'
import { accessOf } from '@codelab/operator/kube/access'
import { configAt } from './kube-api.ts'

/** What befalls a request. `lost`: it is carried out, and its answer never comes. `behind`: a list that does not have yet what the operator made. */
export type Fault =
  | 'none'
  | 'conflict'
  | 'error'
  | 'unavailable'
  | 'broken'
  | 'lost'
  | 'late'
  | 'behind'

export type Asked = { readonly method: string; readonly path: string }

const refusals: Partial<Record<Fault, { code: number; reason: string; message: string }>> = {
  conflict: { code: 409, reason: 'Conflict', message: 'the object has been modified' },
  error: { code: 500, reason: 'InternalError', message: 'etcdserver: leader changed' },
  unavailable: { code: 503, reason: 'ServiceUnavailable', message: 'apiserver is shutting down' },
}
const tooLate = { code: 504, reason: 'Timeout', message: 'request did not complete within 34s' }

const refuse = (answer: ServerResponse, { code, ...said }: typeof tooLate) => {
  answer.writeHead(code, { 'content-type': 'application/json' })
  answer.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, ...said }))
}

type List = { items: { metadata: { labels?: Record<string, string> } }[] }

/** The list that an API server gave, without what the operator made. */
function withoutOurs(body: Buffer): string {
  const list = JSON.parse(body.toString()) as List
  const isOurs = ({ metadata }: List['items'][number]) =>
    metadata.labels?.['app.kubernetes.io/managed-by'] === 'codelab-operator'
  return JSON.stringify({ ...list, items: list.items?.filter((item) => !isOurs(item)) ?? null })
}

/** Stands between an operator and its API server, and lets happen to each request what `fate` says. */
export async function startFaultProxy(kubeconfig: string, fate: (asked: Asked) => Fault) {
  const access = await accessOf(configAt(kubeconfig)())
  const agent = new Agent({ ...access.tls, keepAlive: true })
  const counts = new Map<Fault, number>()

  const forward = (asked: IncomingMessage, answer: ServerResponse, fault: Fault) => {
    const { host: _, ...headers } = asked.headers
    const sent = request(
      new URL(asked.url!, access.origin),
      { method: asked.method, headers: { ...headers, ...access.headers }, agent },
      (reply) => {
        if (fault === 'none') {
          answer.writeHead(reply.statusCode!, reply.headers)
          reply.pipe(answer)
          reply.on('error', () => answer.destroy())
          return
        }
        const parts: Buffer[] = []
        reply.on('data', (part: Buffer) => parts.push(part))
        reply.on('end', () => {
          if (fault === 'lost') return answer.destroy()
          if (fault === 'late') return refuse(answer, tooLate)
          const { 'content-length': __, ...rest } = reply.headers
          answer.writeHead(reply.statusCode!, rest)
          answer.end(withoutOurs(Buffer.concat(parts)))
        })
      },
    )
    sent.on('error', () => answer.destroy())
    answer.on('close', () => sent.destroy())
    asked.pipe(sent)
  }

  const proxy = createServer((asked, answer) => {
    const fault = fate({ method: asked.method!, path: asked.url! })
    counts.set(fault, (counts.get(fault) ?? 0) + 1)
    const refusal = refusals[fault]
    if (fault === 'broken') return void asked.socket.destroy()
    if (!refusal) return forward(asked, answer, fault)
    asked.resume()
    asked.on('end', () => refuse(answer, refusal))
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo

  const path = `${kubeconfig}.${port}`
  const server = `http://127.0.0.1:${port}`
  const config = {
    clusters: [{ name: 'proxy', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'proxy', user: {} }],
    contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'proxy' } }],
    'current-context': 'proxy',
  }
  await writeFile(path, JSON.stringify({ apiVersion: 'v1', kind: 'Config', ...config }))
  return {
    kubeconfig: path,
    /** How many requests met with a fault. */
    faults: (): number =>
      Array.from(counts).reduce((sum, [fault, count]) => sum + (fault === 'none' ? 0 : count), 0),
    async stop(): Promise<void> {
      proxy.closeAllConnections()
      await new Promise((resolve) => proxy.close(resolve))
      agent.destroy()
    },
  }
}
