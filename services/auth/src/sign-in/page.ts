import { createHash } from 'node:crypto'
import type { Context } from 'koa'
import { textsOf, type Language } from './texts.ts'

/** Text that stays as it is inside a page. */
export type Html = { readonly html: string }

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (character) => escapes[character]!)

const render = (value: string | Html | false | undefined): string => {
  if (value === undefined || value === false) return ''
  return typeof value === 'string' ? escaped(value) : value.html
}

/** HTML with every inserted string escaped. */
export const html = (
  parts: TemplateStringsArray,
  ...values: (string | Html | false | undefined)[]
): Html => ({
  html: parts.map((part, index) => part + render(values[index])).join(''),
})

const style = `
:root{color-scheme:light dark;--line:light-dark(#7d8590,#8b949e);--accent:light-dark(#0b57d0,#a8c7fa);--on:light-dark(#fff,#062e6f);--bad:light-dark(#b3261e,#f2b8b5)}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;font:1rem/1.5 system-ui,sans-serif}
main{width:100%;max-width:22rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .25rem}
label{display:block;margin:1rem 0 .25rem;font-weight:600}
input{width:100%;padding:.625rem .75rem;font:inherit;border:1px solid var(--line);border-radius:.5rem}
input.code{font-family:ui-monospace,monospace;letter-spacing:.1em;text-transform:uppercase}
button,a.button{display:block;width:100%;margin-top:1rem;padding:.625rem;font:inherit;font-weight:600;text-align:center;border:1px solid var(--accent);border-radius:.5rem;background:var(--accent);color:var(--on);cursor:pointer;text-decoration:none}
button.plain,a.button.plain{background:transparent;color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.error{margin:1rem 0 0;padding:.5rem .75rem;border-inline-start:.25rem solid var(--bad);color:var(--bad)}
code{display:block;margin:1rem 0;font-size:1.75rem;letter-spacing:.1em;text-align:center}
`
/** Whole, since the policy names the digest of exactly what stands between the tags. */
const styleElement: Html = { html: `<style>${style}</style>` }
const styleHash = createHash('sha256').update(style).digest('base64')

/** Nothing is loaded and nothing runs; forms may lead here or, after a sign-in, to the client's loopback address. */
const contentPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "form-action 'self' http://127.0.0.1:*",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

export const languageOf = (ctx: Pick<Context, 'acceptsLanguages'>): Language =>
  ctx.acceptsLanguages(['en', 'ru']) === 'ru' ? 'ru' : 'en'

type Page = { title: string; content: Html; status?: number }

/** Answers with a whole page. */
export function showPage(
  ctx: Pick<Context, 'acceptsLanguages' | 'set' | 'vary'> & {
    status: number
    type: string
    body: unknown
  },
  page: Page,
): void {
  const language = languageOf(ctx)
  ctx.status = page.status ?? 200
  ctx.type = 'html'
  ctx.vary('Accept-Language')
  ctx.set({
    'Cache-Control': 'no-store',
    'Content-Language': language,
    'Content-Security-Policy': contentPolicy,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  })
  ctx.body = `<!doctype html>${
    html`<html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${page.title}</title>
        ${styleElement}
      </head>
      <body>
        <main>${page.content}</main>
      </body>
    </html>`.html
  }`
}

/** A message that assistive technology reads out at once. */
export const alert = (message: string | undefined): Html | undefined =>
  message === undefined ? undefined : html`<p class="error" role="alert">${message}</p>`

/** A page that says why nothing more can be done here. */
export function showErrorPage(
  ctx: Parameters<typeof showPage>[0],
  error: string,
  status: number,
): void {
  const text = textsOf(languageOf(ctx))
  const expired = error === 'invalid_request' && status === 400
  const sentence =
    status >= 500 ? text('errorServer') : text(expired ? 'errorExpired' : 'errorRequest')
  showPage(ctx, {
    title: text('errorTitle'),
    content: html`<h1>${text('errorTitle')}</h1>
      <p>${sentence}</p>
      <p><small>${error}</small></p>`,
    status,
  })
}
