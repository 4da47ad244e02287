import type { ApplicationState } from '@codelab/contracts/engine-ui/application'

const escapeHtml = (text: string) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** A plain page for when there is no other. */
export const plainPage = (title: string, ...paragraphs: readonly string[]): string =>
  `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<meta name="viewport" content="width=device-width"></head>
<body><h1>${escapeHtml(title)}</h1>
${paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}
</body></html>
`

export const notBuiltPage = plainPage(
  'CodeLab',
  'The engine runs. Its page is not built yet.',
  'Build it with: npm run build -w desktop-client/ui – and load this page again with: codelab open',
)

export const noEntryPage = plainPage(
  'CodeLab',
  'This address was used before, or is too old.',
  'Open the page from the application, or with: codelab open',
)

/** Stand in the built page where each answer puts its own nonce (Vite: `html.cspNonce`) and the picture of now (`index.html`). */
const noncePlace = '__CSP_NONCE__'
const statePlace = '__STATE__'

/** The page with what it would ask for first. */
export const filledPage = (html: string, nonce: string, state: ApplicationState): string =>
  html
    .replaceAll(noncePlace, nonce)
    // As JSON in an element no text ends the element or means something to `replace`.
    .replace(statePlace, () => JSON.stringify(state).replaceAll('<', '\\u003c'))
