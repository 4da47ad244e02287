import { join } from 'node:path'
import { buildProgram, keyOf, type Say } from './build-program.ts'
import { cachedFolder, cacheRoot } from './cache-folder.ts'
import { recipes } from './recipes.ts'

const sayOnStderr: Say = (line) => void process.stderr.write(`${line}\n`)
const folders = new Map<string, Promise<string>>()

async function folderOf(name: string, say: Say): Promise<string> {
  const recipe = recipes.find((each) => each.name === name)!
  const folder = join(cacheRoot(), `${recipe.name}-${await keyOf(recipe)}`)
  return cachedFolder(folder, (unfinished) => buildProgram(recipe, unfinished, say))
}

/** The folder with the programs of a recipe, built at its first need. */
export function programFolder(name: string, say: Say = sayOnStderr): Promise<string> {
  const known = folders.get(name)
  if (known) return known
  const folder = folderOf(name, say)
  folders.set(name, folder)
  // A build that failed (no network for a moment) is tried again by the next who asks.
  folder.catch(() => folders.delete(name))
  return folder
}

/** Where a Go program is, built at its first need: `programPath('helm')`. */
export async function programPath(program: string, say?: Say): Promise<string> {
  const recipe = recipes.find(({ binaries, links = [] }) =>
    [...binaries, ...links].includes(program),
  )
  if (!recipe)
    throw new Error(
      `tests/cluster/harness/recipes.ts has no ${program}; it has ${recipes
        .flatMap(({ binaries, links = [] }) => [...binaries, ...links])
        .join(', ')}`,
    )
  return join(await programFolder(recipe.name, say), program)
}
