import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exec } from './exec.ts'
import { findGo } from './go.ts'
import type { Recipe } from './recipes.ts'

export type Say = (line: string) => void

/** Changes whenever the programs would: the recipe, its own sources, the machine it is for. */
export async function keyOf(recipe: Recipe): Promise<string> {
  const { source, patience: _, ...rest } = recipe
  const hash = createHash('sha256')
  hash.update(JSON.stringify([rest, process.platform, process.arch]))
  for (const name of source ? (await readdir(source)).sort() : [])
    hash.update(`\0${name}\0`).update(await readFile(join(source!, name)))
  return hash.digest('hex').slice(0, 12)
}

const environment = { CGO_ENABLED: '0', GOWORK: 'off' }
const buildWithinMs = 3_600_000

const go = async (args: readonly string[], cwd: string) =>
  exec(await findGo(), args, { cwd, env: environment, withinMs: buildWithinMs })

const flagsOf = ({ tags = [], ldflags = '' }: Recipe) => [
  '-buildvcs=false',
  '-trimpath',
  `-tags=${tags.join(',')}`,
  `-ldflags=-s -w ${ldflags}`.trim(),
]

async function buildSource(recipe: Recipe, folder: string): Promise<void> {
  const output = join(folder, recipe.binaries[0]!)
  await go(['build', '-mod=readonly', ...flagsOf(recipe), '-o', output, '.'], recipe.source!)
}

/** `go install` refuses modules that replace another one; a module of our own that names the tool takes what they published. */
async function buildModule(recipe: Recipe, folder: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'codelab-go-'))
  try {
    await writeFile(join(work, 'go.mod'), 'module tool\n\ngo 1.26.0\n')
    const packages = recipe.packages!.map((path) =>
      path === '.' ? recipe.module! : `${recipe.module}/${path}`,
    )
    await go(['get', '-tool', ...packages.map((path) => `${path}@v${recipe.version}`)], work)
    await go(['build', ...flagsOf(recipe), '-o', `${folder}/`, ...packages], work)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Builds a recipe's programs into a folder, saying what it does and how long it took. */
export async function buildProgram(recipe: Recipe, folder: string, say: Say): Promise<void> {
  const what = `${recipe.name} ${recipe.version}`
  const began = performance.now()
  say(`building ${what}${recipe.patience ? ` (${recipe.patience})` : ''} …`)
  try {
    await (recipe.source ? buildSource(recipe, folder) : buildModule(recipe, folder))
  } catch (error) {
    throw new Error(`${what} could not be built: ${(error as Error).message}`, { cause: error })
  }
  for (const link of recipe.links ?? []) await symlink(recipe.binaries[0]!, join(folder, link))
  say(`building ${what} took ${((performance.now() - began) / 1_000).toFixed(0)} s`)
}
