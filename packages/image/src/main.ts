import { relative, resolve } from 'node:path'
import { bundle, root } from './bundle.ts'
import { programs } from './programs.ts'

/** `npm run bundle`: every program of the image, into `dist` or the folder that is named. */
const into = resolve(process.argv[2] ?? resolve(root, 'dist'))
await bundle(programs, into)
console.log(`${Object.keys(programs).join(', ')}: bundled into ${relative(process.cwd(), into)}`)
