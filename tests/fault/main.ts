import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { holds } from '../load/bench.ts'
import { describeMachine } from '../load/machine.ts'
import { keep, table, type Result } from '../load/report.ts'
import { faults } from './faults.ts'

const home = resolve(import.meta.dirname, '../../.cache/fault')

/** `npm run fault [-- name… [--small]]`: plays the faults one after the other, prints a table, keeps it below .cache/fault; ends with 1 when a promise is broken. */
async function main(args: string[]): Promise<number> {
  const { positionals: names, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { small: { type: 'boolean', default: false } },
  })
  const unknown = names.filter((name) => !faults.some((fault) => fault.name === name))
  if (unknown.length > 0) {
    const known = faults.map(({ name, about }) => `  ${name.padEnd(16)} ${about}`)
    console.error(`there is no fault ${unknown.join(', ')}; there are:\n${known.join('\n')}`)
    return 64
  }
  const chosen = names.length === 0 ? faults : faults.filter(({ name }) => names.includes(name))
  const size = values.small ? 'small' : 'full'
  const machine = { ...(await describeMachine()), size }
  const results: Result[] = []
  for (const fault of chosen) {
    const folder = join(home, `work-${process.pid}`)
    await mkdir(folder, { recursive: true })
    const say = (line: string) => console.error(`${fault.name}: ${line}`)
    say(fault.about)
    try {
      results.push({ bench: fault.name, figures: await fault.run({ folder, say, size }) })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  console.log(`\n${table(machine, results)}`)
  const file = join(home, `${machine.date.replaceAll(':', '-')}.json`)
  await keep(file, machine, results)
  console.log(`kept in ${file}`)
  return results.some(({ figures }) => figures.some((figure) => holds(figure) === false)) ? 1 : 0
}

// A line that was cut may stay open for long on this side.
process.exit(await main(process.argv.slice(2)))
