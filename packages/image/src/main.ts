import { relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle, root } from './bundle.ts'
import { demoModel, programs } from './programs.ts'

/** `npm run bundle [-- FOLDER] [--with-demo-model]`: every program of the image, into `dist` or the folder that is named. */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { 'with-demo-model': { type: 'boolean', default: false } },
})
const into = resolve(positionals[0] ?? resolve(root, 'dist'))
const entries = { ...programs, ...(values['with-demo-model'] && demoModel) }
await bundle(entries, into)
console.log(`${Object.keys(entries).join(', ')}: bundled into ${relative(process.cwd(), into)}`)
