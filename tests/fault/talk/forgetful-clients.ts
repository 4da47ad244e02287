import { join } from 'node:path'
import type { Figure } from '../../load/bench.ts'
import { until } from '../../support/until.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { checkLedger } from './check-ledger.ts'
import { emptyLedger } from './ledger.ts'
import { openTalker } from './talker.ts'

/** A claim outlives its socket by half a minute. */
const resolvedWithinMs = 90_000

type Wanted = {
  readonly fleet: Fleet
  readonly token: string
  readonly folder: string
  readonly count: number
}

/** A client that dies after it has executed a tool and before it tells anybody, and the one that its person starts next. */
async function executeAndDie({ fleet, token, folder }: Wanted, name: string): Promise<boolean> {
  const common = { gateway: fleet.gateway, token, journal: join(folder, `forgetful-${name}`) }
  const dying = openTalker({ ...common, execute: () => new Promise(() => undefined) })
  const { session, asked, runs } = dying.ledger
  void dying.ask({ name, words: 5, perSecond: 0, tools: 1 })
  await until(`${name} to execute`, () => runs.length > 0, resolvedWithinMs)
  dying.close()
  const ledger = { ...emptyLedger(session), asked, runs }
  const next = openTalker({ ...common, ledger })
  const resolved = () => ledger.frames.find((frame) => frame.type === 'tool_resolved')
  await until(`the call of ${name} to be resolved`, resolved, resolvedWithinMs)
  await next.turnsEnded(1)
  next.close()
  return resolved()?.outcome === 'unknown' && checkLedger(ledger).length === 0
}

/** How many such clients had their call told as unknown, and the tool not run again. */
export async function forgetfulClients(wanted: Wanted): Promise<Figure[]> {
  const { count } = wanted
  const told = await Promise.all(
    Array.from({ length: count }, (_, at) => executeAndDie(wanted, `f${at}`)),
  )
  const value = told.filter(Boolean).length
  return [
    { name: 'clients that died while executing', value: count, unit: 'count' },
    { name: 'of these told as unknown, and not run again', value, unit: 'count', atLeast: count },
  ]
}
