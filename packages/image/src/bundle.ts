import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build, type BuildOptions } from 'esbuild'
import { leftOutside, optional } from './left-outside.ts'
import { slimmer } from './slimmer.ts'
import { noticesFor } from './notices.ts'
import { writeTokenizer } from './tokenizer.ts'

export const root = resolve(import.meta.dirname, '../../..')

/** The one file that loads a package by `require` at run time. */
const loadsTokenizer = 'services/agent/src/context/tokens.ts'

/**
 * Readable code without source maps: a stack trace names the function and the package as it is, and a map would cost each process more
 * memory than minifying saves. Shared chunks are read only by the programs that need them, and lazily imported ones only when they are.
 */
const options: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  external: [...optional],
  chunkNames: 'chunks/[name]-[hash]',
  metafile: true,
  logLevel: 'warning',
  legalComments: 'none',
  // CommonJS inside an ES module has neither of these.
  define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  plugins: [slimmer],
}

/** Everything below `into` is replaced, or, when a bundle fails, left as it was. */
export async function bundle(entries: Readonly<Record<string, string>>, into: string) {
  const next = `${into}.next`
  await rm(next, { recursive: true, force: true })
  await mkdir(next, { recursive: true })
  const { metafile } = await build({ ...options, entryPoints: { ...entries }, outdir: next })
  const missing = leftOutside(metafile!)
  if (missing.length > 0)
    throw new Error(
      `the bundles would look for packages that are not in the image: ${missing.join(', ')}; ` +
        'bundle them, or add them to packages/image/src/left-outside.ts with the reason why nothing needs them',
    )
  const inputs = Object.keys(metafile!.inputs)
  if (inputs.includes(loadsTokenizer)) inputs.push(...(await writeTokenizer(next)))
  await writeFile(join(next, 'package.json'), '{ "type": "module" }\n')
  await writeFile(join(next, 'THIRD-PARTY.txt'), await noticesFor(inputs, root))
  await rm(into, { recursive: true, force: true })
  await rename(next, into)
}
