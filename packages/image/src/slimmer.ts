import type { Plugin } from 'esbuild'

const kubernetesClient = '@kubernetes/client-node'

/** Keeps out of memory what no process uses and what the packages do not say can go. */
export const slimmer: Plugin = {
  name: 'slimmer',
  setup(build) {
    // Messages in fifty languages; ours are read by operators, in English.
    build.onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
    }))
    // Generated clients and models of every resource. Only credentials are taken from it, and its files do nothing when they are loaded.
    build.onResolve({ filter: /./ }, async ({ path, pluginData, ...from }) => {
      const isInside = from.importer.includes(`/${kubernetesClient}/dist/`) && path.startsWith('.')
      if (pluginData === slimmer || (path !== kubernetesClient && !isInside)) return undefined
      const { kind, importer, resolveDir } = from
      const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: slimmer })
      return { ...found, sideEffects: false }
    })
  },
}
