import { pathToFileURL } from 'node:url'
import type { Plugin } from 'vite'
import { z } from 'zod'

const contracts = /\/packages\/contracts\/src\/.*\.ts$/
const hasSchemas = /^import \{ z \} from 'zod'$/m

/** What is left of a contract's value without schemas and functions: routes keep their method and path. */
function dataOf(value: unknown): unknown {
  if (value instanceof z.core.$ZodType || typeof value === 'function') return undefined
  if (Array.isArray(value)) return value.map(dataOf)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, dataOf(one)]))
}

/**
 * The page takes from the contracts where to ask and what things are called; it is the engine that checks. So the page carries their
 * data, and neither the schemas nor the library that makes them: a start reads 626 kB instead of 726 (`npm run build -w @codelab/ui`).
 */
export const contractsAsData = (): Plugin => ({
  name: 'contracts-as-data',
  enforce: 'pre',
  async transform(code, id) {
    if (!contracts.test(id) || !hasSchemas.test(code)) return null
    const exported = Object.entries((await import(pathToFileURL(id).href)) as object)
    return exported
      .map(([name, value]) => [name, JSON.stringify(dataOf(value))] as const)
      .filter(([, json]) => json !== undefined)
      .map(([name, json]) => `export const ${name} = ${json}`)
      .join('\n')
  },
})
