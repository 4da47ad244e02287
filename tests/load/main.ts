import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { holds, type Bench } from './bench.ts'
import { bundles } from './benches/bundles.ts'
import { contextWindow } from './benches/context-window.ts'
import { firstToken } from './benches/first-token.ts'
import { jobs } from './benches/jobs.ts'
import { operator } from './benches/operator.ts'
import { startUp } from './benches/start-up.ts'
import { streams } from './benches/streams.ts'
import { tokens } from './benches/tokens.ts'
import { workspace } from './benches/workspace.ts'
import { describeMachine } from './machine.ts'
import { keep, table, type Result } from './report.ts'

const benches: readonly Bench[] = [
  firstToken,
  tokens,
  contextWindow,
  streams,
  jobs,
  startUp,
  bundles,
  operator,
  workspace,
]
const home = resolve(import.meta.dirname, '../../.cache/bench')

/**
 * `npm run bench [-- name… [--folder DIR]]`: measures, prints a table, keeps it below .cache/bench; ends with 1 when a target is missed.
 * `--folder` puts the databases elsewhere: a folder in memory leaves a disk out that others keep busy.
 */
async function main(args: string[]): Promise<number> {
  const { positionals: names, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { folder: { type: 'string', default: home } },
  })
  const unknown = names.filter((name) => !benches.some((bench) => bench.name === name))
  if (unknown.length > 0) {
    const known = benches.map(({ name, about }) => `  ${name.padEnd(16)} ${about}`)
    console.error(`there is no bench ${unknown.join(', ')}; there are:\n${known.join('\n')}`)
    return 64
  }
  const chosen = names.length === 0 ? benches : benches.filter(({ name }) => names.includes(name))
  const machine = { ...(await describeMachine()), databases: `in ${values.folder}` }
  const results: Result[] = []
  for (const bench of chosen) {
    const folder = join(resolve(values.folder), `work-${process.pid}`)
    await mkdir(folder, { recursive: true })
    const say = (line: string) => console.error(`${bench.name}: ${line}`)
    say(bench.about)
    try {
      results.push({ bench: bench.name, figures: await bench.run({ folder, say }) })
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

process.exitCode = await main(process.argv.slice(2))
