import { readFile, rename, symlink } from 'node:fs/promises'
import { holdByPath } from '@codelab/engine/workspace/place/held-folder-portable'
import { holdOnLinux } from '@codelab/engine/workspace/place/held-folder-linux'
import { createLocate } from '@codelab/engine/workspace/place/locate'
import { readRegular } from '@codelab/engine/workspace/place/regular-file'
import { makeProject, type Project } from './project.ts'

let project: Project
beforeEach(async () => {
  project = await makeProject({ 'd/a.txt': 'inside' })
})
afterEach(() => project.close())

const ways = process.platform === 'linux' ? [holdByPath, holdOnLinux] : [holdByPath]

describe.each(ways)('%o', (hold) => {
  const read = (path: string) =>
    createLocate(project.root, hold)(path, { followLast: true }, async (place) =>
      (await readRegular(place, path)).bytes.toString(),
    )

  test('reads what is inside, through links too', async () => {
    await symlink('d', project.at('link'))
    await symlink(project.at('d/a.txt'), project.at('absolute'))
    for (const path of ['d/a.txt', 'link/a.txt', 'absolute', 'd/../link/./a.txt'])
      expect(await read(path)).toBe('inside')
  })

  test('refuses links that lead out, at any place of a path', async () => {
    await symlink('../outside', project.at('out'))
    await symlink('../out', project.at('d/chain'))
    await symlink('../outside/secret.txt', project.at('file'))
    for (const path of ['out/secret.txt', 'd/chain/secret.txt', 'file'])
      await expect(read(path)).rejects.toMatchObject({ code: 'path_outside_workspace' })
  })

  test('notices that the folder was swapped for a link while it was held', async () => {
    const locate = createLocate(project.root, hold)
    const work = locate('d/secret.txt', { followLast: false }, async (place) => {
      await rename(project.at('d'), project.at('kept'))
      await symlink(project.outside, project.at('d'))
      await place.folder.confirm()
      return await readFile(place.at, 'utf8')
    })
    await expect(work).rejects.toMatchObject({ code: 'path_outside_workspace' })
  })

  test('notices that the project folder itself was swapped', async () => {
    const locate = createLocate(project.root, hold)
    await rename(project.root, `${project.root}-moved`)
    await symlink(project.outside, project.root)
    await expect(
      locate('secret.txt', { followLast: false }, async (place) => readFile(place.at, 'utf8')),
    ).rejects.toThrow()
  })
})
