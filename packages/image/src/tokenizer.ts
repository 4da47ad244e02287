import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import ranks from 'gpt-tokenizer/bpeRanks/o200k_base'

const name = 'gpt-tokenizer/encoding/o200k_base'
const ranksFile = 'o200k_base.json'

/** 200,000 tokens as source text would stay in memory beside the table that is made of them. */
const ranksAsData: Plugin = {
  name: 'ranks-as-data',
  setup(build) {
    build.onLoad({ filter: /\/bpeRanks\/o200k_base\.js$/ }, () => ({
      contents: `import { readFileSync } from 'node:fs'
        import { join } from 'node:path'
        export default JSON.parse(readFileSync(join(__dirname, '${ranksFile}'), 'utf8'))`,
    }))
  },
}

/** Puts the tokenizer where `require` finds it from a bundle in the folder; answers the files it was made of. */
export async function writeTokenizer(folder: string): Promise<string[]> {
  const home = join(folder, 'node_modules', 'gpt-tokenizer')
  const { metafile } = await build({
    stdin: { contents: `export * from '${name}'`, resolveDir: import.meta.dirname },
    outfile: join(home, 'encoding', 'o200k_base.js'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    metafile: true,
    logLevel: 'warning',
    plugins: [ranksAsData],
  })
  await writeFile(join(home, 'package.json'), '{ "type": "commonjs" }\n')
  await writeFile(join(home, 'encoding', ranksFile), JSON.stringify(ranks))
  return Object.keys(metafile.inputs)
}
