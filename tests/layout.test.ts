import { existsSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'
import { cyclesIn } from './support/layout/cycles.ts'
import {
  codeOf,
  type Import,
  readManifests,
  readSources,
  root,
  type Source,
  targetOf,
} from './support/layout/sources.ts'
import {
  homes,
  importTable,
  notInDomain,
  outerPlaces,
  readsEnvironment,
} from './support/layout/table.ts'

const sources = readSources()
const manifests = readManifests()
const folders = new Map([...manifests].map(([folder, { name }]) => [name, folder]))
const product = sources.filter(({ workspace }) => workspace !== 'tests')

const matchesAny = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => pattern === name || matchesGlob(name, pattern))
const workspaceOf = (path: string): string | undefined =>
  [...manifests.keys()].find((folder) => path.startsWith(`${folder}/`))

/** `file:line what`, for each import of the sources that the judge has something to say about. */
const complaints = (
  among: readonly Source[],
  judge: (source: Source, found: Import) => string | undefined,
): string[] =>
  among.flatMap((source) =>
    source.imports.flatMap((found) => {
      const what = judge(source, found)
      return what === undefined
        ? []
        : [`${source.path}:${found.line} imports ${found.from}: ${what}`]
    }),
  )

/** `file:line what`, for each line of code that matches. */
const linesWith = (among: readonly Source[], pattern: RegExp, what: string): string[] =>
  among.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) =>
      pattern.test(codeOf(line)) ? [`${path}:${index + 1} ${what}`] : [],
    ),
  )

test('the tree was found, and every workspace with sources is in the import table', () => {
  expect(product.length).toBeGreaterThan(100)
  expect(Object.keys(importTable)).toEqual(
    expect.arrayContaining([...new Set(product.map(({ workspace }) => workspace))]),
  )
})

test('every import of a file leads to one', () => {
  expect(
    complaints(sources, (source, found) => {
      const target = targetOf(source, found, folders)
      return target.kind !== 'file' || existsSync(join(root, target.path))
        ? undefined
        : `there is no ${target.path}`
    }),
  ).toEqual([])
})

test('workspaces import only what the table lets them', () => {
  expect(
    complaints(product, (source, found) => {
      const target = targetOf(source, found, folders)
      const allowed = importTable[source.workspace]!
      if (target.kind === 'node') return undefined
      if (target.kind === 'package') {
        return matchesAny(target.name, allowed.packages)
          ? undefined
          : `${source.workspace} may not use ${target.name}`
      }
      const other = workspaceOf(target.path)
      if (other === source.workspace) return undefined
      if (found.from.startsWith('.')) return 'a relative import leaves its workspace'
      const reach = other === undefined ? undefined : allowed.workspaces[other]
      if (reach === 'all') return undefined
      const file = target.path.slice(`${other}/src/`.length).replace(/\.ts$/, '')
      return reach && matchesAny(file, reach) ? undefined : `${source.workspace} may not use it`
    }),
  ).toEqual([])
})

test('every package that is imported is declared, at one exact version', () => {
  const undeclared = complaints(sources, (source, found) => {
    const target = targetOf(source, found, folders)
    const { dependencies = {}, devDependencies = {} } = manifests.get(source.workspace)!
    if (target.kind === 'package') {
      const types = `@types/${target.name.replace(/^@(.+)\//, '$1__')}`
      const known = target.name in dependencies || (found.typeOnly && types in devDependencies)
      return known || source.workspace === 'tests'
        ? undefined
        : `${source.workspace}/package.json does not name it`
    }
    const other = target.kind === 'file' ? workspaceOf(target.path) : undefined
    if (other === undefined || other === source.workspace || source.workspace === 'tests')
      return undefined
    return manifests.get(other)!.name in dependencies
      ? undefined
      : `${source.workspace}/package.json does not name it`
  })
  const loose = [...manifests].flatMap(([folder, { dependencies = {}, devDependencies = {} }]) =>
    Object.entries({ ...dependencies, ...devDependencies })
      .filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
      .map(([name, version]) => `${folder}/package.json: ${name} ${version} is no exact version`),
  )
  expect([...undeclared, ...loose]).toEqual([])
})

test('files do not import each other in circles', () => {
  const graph = new Map(
    sources.map((source) => [
      source.path,
      source.imports.flatMap((found) => {
        const target = targetOf(source, found, folders)
        return target.kind === 'file' ? [target.path] : []
      }),
    ]),
  )
  expect(cyclesIn(graph).map((cycle) => cycle.join(' → '))).toEqual([])
})

/** A file's place in its service: `routes/health.ts`; undefined elsewhere. */
const placeOf = (path: string): string | undefined => /^services\/[^/]+\/src\/(.+)$/.exec(path)?.[1]
const isOuter = (workspace: string, place: string): boolean =>
  outerPlaces[workspace]!.some((outer) => place === outer || place.startsWith(`${outer}/`))
const isDomain = ({ path, workspace }: Source): boolean => {
  const place = placeOf(path)
  return place !== undefined && place.includes('/') && !isOuter(workspace, place)
}

test('the domain of a service knows neither HTTP nor stores', () => {
  expect(
    complaints(product.filter(isDomain), (source, found) => {
      const target = targetOf(source, found, folders)
      return target.kind === 'package' && matchesAny(target.name, notInDomain)
        ? 'not in the domain'
        : undefined
    }),
  ).toEqual([])
})

test('the domain of a service calls neither its outer rooms nor its start', () => {
  expect(
    complaints(product.filter(isDomain), (source, found) => {
      const target = targetOf(source, found, folders)
      if (
        found.typeOnly ||
        target.kind !== 'file' ||
        workspaceOf(target.path) !== source.workspace
      ) {
        return undefined
      }
      const place = placeOf(target.path) ?? ''
      const composes = /^(?:main|app|config|start)[^/]*\.ts$/.test(place)
      return isOuter(source.workspace, place) || composes
        ? 'the domain is given it, by a parameter'
        : undefined
    }),
  ).toEqual([])
})

test('the domain of a service has no clock of its own', () => {
  const reads = linesWith(
    product.filter(isDomain),
    /\bDate\.now\(|\bnew Date\(\)/,
    'reads the clock',
  )
  expect(reads).toEqual([])
})

test('vendors and drivers stay at home', () => {
  expect(
    complaints(product, (source, found) => {
      const target = targetOf(source, found, folders)
      if (target.kind !== 'package' || found.typeOnly) return undefined
      const home = Object.entries(homes).find(([name]) => matchesAny(target.name, [name]))?.[1]
      return !home || home.some((place) => source.path.startsWith(place))
        ? undefined
        : `its values are used in ${home.join(', ')} only`
    }),
  ).toEqual([])
})

test('only where a process begins the environment is read', () => {
  const others = sources.filter(({ path }) => !matchesAny(path, readsEnvironment))
  expect(
    linesWith(others, /\bprocess\s*(?:\?\.|\.)\s*env\b|\bprocess\[/, 'reads process.env'),
  ).toEqual([])
})

test('exports are named, one by one', () => {
  expect(linesWith(sources, /^export\s+\*/, 'has an export *')).toEqual([])
  const others = sources.filter(({ path }) => path !== 'tests/jest.config.js')
  expect(linesWith(others, /^export\s+default\b|\bas default\b/, 'has a default export')).toEqual(
    [],
  )
})

test('nothing of the product imports tests', () => {
  expect(
    complaints(product, (source, found) => {
      const target = targetOf(source, found, folders)
      return target.kind === 'file' && target.path.startsWith('tests/')
        ? 'tests are nobody’s library'
        : undefined
    }),
  ).toEqual([])
})
