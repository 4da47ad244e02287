import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Bench } from './bench.ts'
import { auth } from './benches/auth.ts'
import { bundles } from './benches/bundles.ts'
import { contextWindow } from './benches/context-window.ts'
import { firstToken } from './benches/first-token.ts'
import { jobs } from './benches/jobs.ts'
import { operator } from './benches/operator.ts'
import { page } from './benches/page.ts'
import { project } from './benches/project.ts'
import { peers } from './benches/peers.ts'
import { relay } from './benches/relay.ts'
import { startUp } from './benches/start-up.ts'
import { streams } from './benches/streams.ts'
import { tokens } from './benches/tokens.ts'
import { window } from './benches/window.ts'
import { workspace } from './benches/workspace.ts'
import { measure } from './measure.ts'

const benches: readonly Bench[] = [
  firstToken,
  tokens,
  contextWindow,
  streams,
  jobs,
  startUp,
  page,
  project,
  bundles,
  operator,
  workspace,
  peers,
  relay,
  auth,
  window,
]
const home = resolve(import.meta.dirname, '../../.cache/bench')

/**
 * `npm run bench [-- name… [--folder DIR] [--small] [--record] [--seed N]]`: measures, prints a table, keeps it below .cache/bench; ends with 1 when a target is missed.
 * `--folder` puts the databases elsewhere: a folder in memory leaves a disk out that others keep busy.
 * `--small`, `--record` and `--seed` are for `peers`, `relay` and `auth`: try it briefly, write its page, and the order of its rounds.
 */
async function main(args: string[]): Promise<number> {
  const { positionals: names, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      folder: { type: 'string', default: home },
      small: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    },
  })
  const folder = resolve(values.folder)
  const wish = { small: values.small, record: values.record, seed: Number(values.seed) }
  return measure(benches, {
    kind: 'bench',
    names,
    folder,
    home,
    facts: { databases: `in ${values.folder}` },
    run: (bench, surroundings) => bench.run({ ...surroundings, ...wish }),
  })
}

process.exitCode = await main(process.argv.slice(2))
