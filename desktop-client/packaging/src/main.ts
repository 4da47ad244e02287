import { cp, mkdir, readdir, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { buildWindow } from './build-window.ts'
import { root, shellFolder } from './places.ts'
import { run } from './run.ts'

/** `npm run package [-- --bundles deb,rpm] [--debug]`: the application's packages, into `dist-desktop`. */
const { values } = parseArgs({
  options: { bundles: { type: 'string' }, debug: { type: 'boolean', default: false } },
})
const into = join(root, 'dist-desktop')

await run('npm', ['run', '--silent', 'build', '--workspace=desktop-client/ui'], { cwd: root })
const made = await buildWindow({
  ...(values.bundles !== undefined && { bundles: values.bundles.split(',') }),
  debug: values.debug,
  target: process.env['CARGO_TARGET_DIR'] ?? join(shellFolder, 'target'),
})
await rm(into, { recursive: true, force: true })
await mkdir(into, { recursive: true })
for (const kind of await readdir(made)) {
  const files = await readdir(join(made, kind), { withFileTypes: true })
  for (const file of files.filter((each) => each.isFile())) {
    await cp(join(made, kind, file.name), join(into, file.name))
    console.log(relative(process.cwd(), join(into, file.name)))
  }
}
