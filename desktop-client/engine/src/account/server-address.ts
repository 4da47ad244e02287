import { Failure } from '@codelab/runtime/failure'

/** Where `npm start` puts the platform on this machine. */
export const localServer = 'http://127.0.0.1:8000'

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]'])

/** True for an address that never leaves this machine. */
export const isLoopback = (address: string): boolean =>
  loopbackHosts.has(new URL(address).hostname.toLowerCase())

const refuse = (message: string) => new Failure('invalid_request', { message, field: 'server' })

/**
 * The one address of a workspace in the form that everything else uses: no trailing slash, no query.
 * Plain http is refused beyond this machine, because a token would travel readable.
 */
export function serverAddress(text: string): string {
  const candidate = text.includes('://') ? text : `https://${text}`
  if (!URL.canParse(candidate)) {
    throw refuse(`"${text}" is not an address; write it like https://codelab.example.com.`)
  }
  const url = new URL(candidate)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refuse(`"${text}" must begin with https://.`)
  }
  if (url.username || url.password) {
    throw refuse('The server address must not hold a user name or password.')
  }
  if (url.protocol === 'http:' && !isLoopback(url.href)) {
    throw refuse(`${url.host} must be reached by https://; http:// is for this machine only.`)
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

/** The same address for the WebSocket. */
export const socketAddress = (server: string): string => server.replace(/^http/, 'ws')
