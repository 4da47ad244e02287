import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { desktopRedirectPath } from '@codelab/contracts/auth'

export type LoopbackPage = { readonly title: string; readonly text: string }

export type Loopback = {
  readonly redirectUri: string
  /** The first answer that carries the expected state; others are refused and do not disturb the wait. */
  answer(signal: AbortSignal): Promise<URL>
  close(): void
}

const escapeHtml = (text: string) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

function showPage(response: ServerResponse, status: number, { title, text }: LoopbackPage): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'referrer-policy': 'no-referrer',
    connection: 'close',
  })
  response.end(`<!doctype html><html><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<meta name="viewport" content="width=device-width">
<style>:root{color-scheme:light dark}body{font:1.1rem/1.5 system-ui,sans-serif;margin:20vh auto;max-width:32rem;padding:0 1rem}</style>
</head><body><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p></body></html>`)
}

/** Listens on a free port of this machine for the browser's way back from the sign-in page. */
export async function openLoopback(
  state: string,
  pages: { readonly done: LoopbackPage; readonly refused: LoopbackPage },
): Promise<Loopback> {
  const answered = Promise.withResolvers<URL>()
  answered.promise.catch(() => undefined)
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', redirectUri)
    const ours =
      request.method === 'GET' &&
      request.headers.host === new URL(redirectUri).host &&
      url.pathname === desktopRedirectPath &&
      url.searchParams.get('state') === state
    if (!ours) return showPage(response, 404, pages.refused)
    showPage(response, 200, url.searchParams.has('error') ? pages.refused : pages.done)
    return answered.resolve(url)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const redirectUri = `http://127.0.0.1:${port}${desktopRedirectPath}`
  return {
    redirectUri,
    answer: async (signal) => {
      const abort = () => answered.reject(signal.reason)
      signal.addEventListener('abort', abort, { once: true })
      if (signal.aborted) abort()
      try {
        return await answered.promise
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },
    close: () => {
      server.close()
      server.closeIdleConnections()
    },
  }
}
