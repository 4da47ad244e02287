import { build } from 'esbuild'
import { isBuiltin } from 'node:module'
import { besideTheEngine } from './beside-the-engine.ts'
import { root } from './places.ts'

/** Libraries try these and go on without them. */
const optional = ['bufferutil', 'utf-8-validate']

/** The engine as one script: a function of the older module form's `require`, `__filename` and `__dirname`. Answers the files it was made of. */
export async function bundleEngine(into: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['desktop-client/engine/src/main.ts'],
    outfile: into,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    external: optional,
    banner: {
      js: "(function (require, __filename, __dirname) { const __moduleUrl = require('node:url').pathToFileURL(__filename).href;",
    },
    footer: { js: '})' },
    minifySyntax: true,
    minifyWhitespace: true,
    define: { 'import.meta.url': '__moduleUrl', 'import.meta.dirname': '__dirname' },
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [besideTheEngine],
  })
  const left = Object.values(metafile.outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external, path }) => external && !isBuiltin(path) && !optional.includes(path))
  if (left.length > 0)
    throw new Error(
      `the engine would look for packages that are not there: ${left.map(({ path }) => path).join(', ')}`,
    )
  return Object.keys(metafile.inputs)
}
