import type { ApplicationState } from '@codelab/contracts/engine-ui/application'

type Answered = {
  readonly host: string
  readonly shownIn: ApplicationState['shown_in']
  /** Of a document: for the style elements in it. */
  readonly styleNonce?: string
}

/** On every answer. No header of CORS is ever among them: nobody else may read anything here. */
export const headersFor = ({ host, shownIn, styleNonce }: Answered): Record<string, string> => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    // The editor makes style elements of its own; the nonce is the document's, new each time.
    `style-src 'self'${styleNonce ? ` 'nonce-${styleNonce}'` : ''}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ws://${host}`,
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  // The window has no other page that could hold on to this one, and WebKit would start a second process for the page.
  ...(shownIn === 'browser' && { 'cross-origin-opener-policy': 'same-origin' }),
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cache-control': 'no-store',
})
