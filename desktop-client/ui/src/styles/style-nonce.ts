/** What style elements must carry that libraries make: the page's Content-Security-Policy allows no others. */
export const styleNonce: string =
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''

// Radix's dialogs take theirs from here (get-nonce).
Object.assign(globalThis, { __webpack_nonce__: styleNonce })
