import type { Plugin } from 'esbuild'

/** Files that are read or started as they are, so they lie in the folder that the window names by CODELAB_RESOURCES. */
export const ripgrepFile = process.platform === 'win32' ? 'rg.exe' : 'rg'
export const keyringFile = 'keyring.node'

const standIns: Readonly<Record<string, string>> = {
  '@vscode/ripgrep': `
    import { join } from 'node:path'
    export const rgPath = join(process.env.CODELAB_RESOURCES, '${ripgrepFile}')`,
  '@napi-rs/keyring': `
    import { createRequire } from 'node:module'
    import { join } from 'node:path'
    const keyring = createRequire(process.execPath)(join(process.env.CODELAB_RESOURCES, '${keyringFile}'))
    export const AsyncEntry = keyring.AsyncEntry`,
}

/** Two packages look for their programs in folders of npm, which an installed engine does not have. */
export const besideTheEngine: Plugin = {
  name: 'beside-the-engine',
  setup(build) {
    build.onResolve({ filter: /^@(?:vscode\/ripgrep|napi-rs\/keyring)$/ }, ({ path }) => ({
      path,
      namespace: 'beside-the-engine',
    }))
    build.onLoad({ filter: /./, namespace: 'beside-the-engine' }, ({ path }) => ({
      contents: standIns[path]!,
      resolveDir: import.meta.dirname,
    }))
  },
}
