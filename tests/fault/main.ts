import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { measure } from '../load/measure.ts'
import { faults } from './faults.ts'

const home = resolve(import.meta.dirname, '../../.cache/fault')

/** `npm run fault [-- name… [--small]]`: plays the faults one after the other, prints a table, keeps it below .cache/fault; ends with 1 when a promise is broken. */
async function main(args: string[]): Promise<number> {
  const { positionals: names, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { small: { type: 'boolean', default: false } },
  })
  const size = values.small ? 'small' : 'full'
  return measure(faults, {
    kind: 'fault',
    names,
    folder: home,
    home,
    facts: { size },
    run: (fault, surroundings) => fault.run({ ...surroundings, size }),
  })
}

// A line that was cut may stay open for long on this side.
process.exit(await main(process.argv.slice(2)))
