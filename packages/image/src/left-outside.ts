import { isBuiltin } from 'node:module'
import type { Metafile } from 'esbuild'

/** Packages that a library loads only when they are there. They are not, whatever else is installed where the bundles are made. */
export const optional: readonly string[] = [
  'bufferutil', // ws: faster masking, by a native addon
  'utf-8-validate', // ws: for Node before 18.14
  'pg-native', // pg: on libpq
  '@valkey/valkey-glide', // bullmq: another Redis client
  'tinyglobby', // MikroORM: entities found by a pattern
  'dataloader', // MikroORM: its batching of references
  'supports-color', // debug: colours in a terminal
]

/** What the bundles import from outside themselves though neither Node nor anybody will have it. */
export const leftOutside = ({ outputs }: Metafile): string[] => {
  const outside = Object.values(outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external, path }) => external && !isBuiltin(path) && !optional.includes(path))
  return [...new Set(outside.map(({ path }) => path))].toSorted()
}
