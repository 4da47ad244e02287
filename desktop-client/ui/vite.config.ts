import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { contractsAsData } from './build/contracts-as-data.ts'

/** The page as files that the engine serves. No inline script or style: its Content-Security-Policy allows none. */
// oxlint-disable-next-line import/no-default-export -- Vite reads its configuration from the default export
export default defineConfig({
  plugins: [contractsAsData(), react()],
  // The engine puts another one in its place each time it hands out the page.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2024',
    outDir: 'dist',
    emptyOutDir: true,
    // A data: URL would need a looser policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
})
