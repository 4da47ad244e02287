import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { exec } from '../cluster/harness/exec.ts'
import { installApplication } from './harness/installed.ts'

let installed: Awaited<ReturnType<typeof installApplication>>

beforeAll(async () => {
  installed = await installApplication()
}, 60_000)
afterAll(() => installed?.remove())

test('the package names what it needs and is installed under a name of its own', async () => {
  const fields = await exec('dpkg-deb', ['--field', installed.file])
  expect(fields).toMatch(/^Package: codelab$/m)
  expect(fields).toMatch(/^Depends: .*libwebkit2gtk-4\.1-0/m)
  expect(fields).toMatch(/^Recommends: bubblewrap, git$/m)
})

test('links of CodeLab and folders are opened with it', async () => {
  const entry = await readFile(
    join(installed.folder, 'usr/share/applications/codelab.desktop'),
    'utf8',
  )
  expect(entry).toMatch(/^Exec=codelab %u$/m)
  expect(entry).toMatch(/^MimeType=x-scheme-handler\/codelab;inode\/directory;$/m)
})

test('the engine is one executable that finds its page and its search beside it', async () => {
  const resources = join(installed.folder, 'usr/lib/codelab')
  const search = join(resources, 'rg')
  expect((await stat(search)).mode & 0o111).toBeTruthy()
  expect(await readFile(join(resources, 'THIRD-PARTY.txt'), 'utf8')).toContain('koa')
  const said = await exec('sh', ['-c', 'exec "$0" 2>&1', installed.engine], {
    env: {
      CODELAB_HOME: join(installed.folder, 'home'),
      CODELAB_RESOURCES: resources,
      CODELAB_UI: join(resources, 'page'),
    },
  })
  expect(said).toMatch(/^ENGINE_URL http:\/\/127\.0\.0\.1:\d+\/\?t=/m)
  // It would warn if what was compiled for it were not taken.
  expect(said).not.toContain('Warning')
}, 30_000)
