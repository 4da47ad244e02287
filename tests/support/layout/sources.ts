import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, resolve } from 'node:path'

export type Import = {
  /** As it is written: `./a.ts`, `node:fs`, `@codelab/runtime/log`, `pg`. */
  readonly from: string
  readonly typeOnly: boolean
  readonly line: number
}

export type Source = {
  /** Relative to the repository, with `/`. */
  readonly path: string
  /** The folder of its package.json: `packages/contracts`, `tests`. */
  readonly workspace: string
  readonly lines: readonly string[]
  readonly imports: readonly Import[]
}

export const root = resolve(import.meta.dirname, '../../..')

const statements = [
  /^import\s+(?<type>type\s)?(?:[\w$*{},\s]+?\sfrom\s+)?['"](?<from>[^'"]+)['"]/gm,
  /^export\s+(?<type>type\s)?(?:\{[^}]*\}|\*(?:\s+as\s+\w+)?)\s+from\s+['"](?<from>[^'"]+)['"]/gm,
  /\bimport\(\s*['"](?<from>[^'"]+)['"]/g,
  /\b(?:require|createRequire\([^()]*\))\(\s*['"](?<from>[^'"]+)['"]/g,
]

const isComment = (line: string): boolean => /^\s*(?:\/\/|\/?\*)/.test(line)

/** Every import of a source text, static or not. Our sources are formatted by one program, so statements begin their line. */
export function importsOf(text: string): Import[] {
  const lines = text.split('\n')
  return statements
    .flatMap((statement) =>
      Array.from(text.matchAll(statement), (match) => ({
        from: match.groups!['from']!,
        typeOnly: match.groups!['type'] !== undefined,
        line: text.slice(0, match.index).split('\n').length,
      })),
    )
    .filter(({ line }) => !isComment(lines[line - 1]!))
}

/** A line with what it says in comments taken off. */
export const codeOf = (line: string): string =>
  isComment(line) ? '' : line.replace(/\s\/\/ .*$/, '')

const places = [
  'packages/*/src/**/*.ts',
  'services/*/src/**/*.ts',
  'desktop-client/*/src/**/*.{ts,tsx}',
  'operator/src/**/*.ts',
  'tests/**/*.{ts,js}',
]

/** Every source file of the tree. */
export function readSources(): Source[] {
  return globSync(places, { cwd: root, exclude: (name) => name === 'node_modules' })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8')
      const depth = /^(?:tests|operator)\//.test(path) ? 1 : 2
      const workspace = path.split('/').slice(0, depth).join('/')
      return { path, workspace, lines: text.split('\n'), imports: importsOf(text) }
    })
}

export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'node' }
  | { readonly kind: 'package'; readonly name: string }

/** What an import means: a file of the tree, a module of Node, or a package of npm. */
export function targetOf(
  source: Source,
  { from }: Import,
  folders: ReadonlyMap<string, string>,
): Target {
  if (from.startsWith('.'))
    return { kind: 'file', path: normalize(join(dirname(source.path), from)).replaceAll('\\', '/') }
  if (from.startsWith('node:')) return { kind: 'node' }
  const name = from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/')
  const folder = folders.get(name)
  if (folder === undefined) return { kind: 'package', name }
  return { kind: 'file', path: `${folder}/src/${from.slice(name.length + 1)}.ts` }
}

export type Manifest = {
  readonly name: string
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
}

/** The package.json of each workspace by its folder. */
export function readManifests(): Map<string, Manifest> {
  const manifests = globSync(
    ['{packages,services,desktop-client}/*/package.json', '{operator,tests}/package.json'],
    { cwd: root },
  )
  return new Map(
    manifests.map((path) => [
      dirname(path).replaceAll('\\', '/'),
      JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest,
    ]),
  )
}
