import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { allocator } from '@codelab/image/allocator'
import { root } from '@codelab/image/bundle'
import { programs } from '@codelab/image/programs'

const read = (path: string) => readFile(join(root, path), 'utf8')

/** The workspaces that the root's package.json names. */
async function workspaces(): Promise<string[]> {
  const { workspaces: patterns } = JSON.parse(await read('package.json')) as {
    workspaces: string[]
  }
  return patterns
    .flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: root }))
    .map((path) => path.replaceAll('\\', '/'))
}

test('the stage that bundles the sources has every workspace of the lock file', async () => {
  const dockerfile = await read('Dockerfile')
  const copied = Array.from(
    dockerfile.matchAll(/^COPY (\S+\/package\.json) (\S+)\/$/gm),
    ([, from, to]) => {
      expect(from).toBe(`${to}/package.json`)
      return from!
    },
  )
  expect(copied.toSorted()).toEqual((await workspaces()).toSorted())
})

test('it installs what the programs are made of, and copies their sources', async () => {
  const dockerfile = await read('Dockerfile')
  const installed = Array.from(dockerfile.matchAll(/--workspace (\S+)/g), ([, name]) => name!)
  for (const file of Object.values(programs)) {
    const workspace = file.slice(0, file.indexOf('/src/'))
    expect(installed).toContain(workspace)
    expect(dockerfile).toMatch(
      new RegExp(`^COPY ${workspace.split('/')[0]} ${workspace.split('/')[0]}$`, 'm'),
    )
  }
})

test('it sets the allocator that the programs are measured with', async () => {
  const dockerfile = await read('Dockerfile')
  for (const [name, value] of Object.entries(allocator))
    expect(dockerfile).toMatch(new RegExp(`^(?:ENV|   ) .*${name}=${value}(?: \\\\)?$`, 'm'))
})

test('the programs that the Dockerfile tells of are those of the image', async () => {
  const [, told] = /node \/app\/<(.+)>\.js/.exec(await read('Dockerfile'))!
  expect(told!.split('|')).toEqual(Object.keys(programs))
})
