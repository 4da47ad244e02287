import { writeSync } from 'node:fs'
import { Redis } from 'ioredis'
import pg from 'pg'
import { readSettings } from '@codelab/runtime/settings'
import { runProcess } from '@codelab/runtime/process'
import { Config } from '../../../services/agent/src/config.ts'
import { start } from '../../../services/agent/src/start.ts'
import {
  operationOfStatement,
  operationOfTransaction,
  type Stage,
  type Statement,
} from './operations.ts'

/**
 * An agent as it is, whose database driver ends the process at a boundary that its parent names on standard input
 * (`<operation>:<stage> <signal>`). It tells each boundary that it passes, and the one that it stopped at, on standard error; asked for
 * its `counts`, and at its end, it tells what it has written since it was stopped.
 */
let armed: { point: string; signal: NodeJS.Signals } | undefined
const passed = new Set<string>()

/** Writes by operation: how many were tried, and how many rows they changed. */
type Counts = Record<string, { tried: number; changed: number }>
let counts: Counts = {}

function count(into: Counts, operation: string, { tried = 0, changed = 0 }): void {
  const before = into[operation] ?? { tried: 0, changed: 0 }
  into[operation] = { tried: before.tried + tried, changed: before.changed + changed }
}

/** What was tried before a stop is no late write, also when its answer comes after it. */
function stop(signal: NodeJS.Signals): void {
  counts = {}
  process.kill(process.pid, signal)
}

function pass(operation: string, stage: Stage): void {
  const point = `${operation}:${stage}`
  if (!passed.has(point)) {
    passed.add(point)
    writeSync(2, `passed ${point}\n`)
  }
  if (armed?.point !== point) return
  const { signal } = armed
  armed = undefined
  writeSync(2, `reached ${point}\n`)
  stop(signal)
}

const tellCounts = () => void writeSync(2, `counts ${JSON.stringify(counts)}\n`)
process.on('exit', tellCounts)

process.stdin.on('data', (chunk: Buffer) => {
  const [point = '', signal = 'SIGKILL'] = chunk.toString().trim().split(' ')
  if (point === 'stop') return stop('SIGSTOP')
  if (point === 'counts') return tellCounts()
  armed = { point, signal: signal as NodeJS.Signals }
  writeSync(2, `armed ${point}\n`)
})
process.stdin.unref()

type Callback = (error: unknown, result?: unknown) => void
type Query = (...args: unknown[]) => unknown

const statementOf = ([first, values]: readonly unknown[]): Statement => {
  const config = typeof first === 'string' ? { text: first } : (first as Partial<Statement>)
  const given = config.values ?? (Array.isArray(values) ? (values as unknown[]) : [])
  return { name: config.name, text: config.text ?? '', values: given }
}

/** Statements since the `begin` of each connection that is in a transaction. */
const transactions = new WeakMap<object, Statement[]>()
/** Operations that were committed and whose rows have not been published yet. */
let unpublished: string[] = []

function operationOf(client: object, statement: Statement): string | undefined {
  const text = statement.text.trim().toLowerCase()
  if (/^(?:begin|start transaction)/.test(text)) {
    transactions.set(client, [])
    return undefined
  }
  const open = transactions.get(client)
  if (!open) return operationOfStatement(statement)
  if (text === 'commit' || text === 'rollback') transactions.delete(client)
  else open.push(statement)
  if (text === 'rollback') count(counts, 'refused-work', { tried: 1 })
  return text === 'commit' ? operationOfTransaction(open) : undefined
}

/** Text of many sessions goes in one statement, each under its own fence. */
const sessionsOf = ({ values }: Statement): number => (values[0] as unknown[]).length

const prototype = pg.Client.prototype as unknown as { query: Query }
const { query } = prototype
prototype.query = function (this: object, ...args: unknown[]) {
  const statement = statementOf(args)
  const operation = operationOf(this, statement)
  if (operation === undefined) return query.apply(this, args)
  pass(operation, 'before-commit')
  const into = counts
  count(into, operation, { tried: operation === 'text' ? sessionsOf(statement) : 1 })
  const answered = (result: unknown) => {
    // A transaction that was not refused has changed something; COMMIT itself counts no rows.
    const { rowCount, command } = result as { rowCount: number | null; command: string }
    count(into, operation, { changed: command === 'COMMIT' ? 1 : (rowCount ?? 0) })
    unpublished.push(operation)
    pass(operation, 'after-commit')
  }
  const last = args.at(-1)
  if (typeof last === 'function') {
    args[args.length - 1] = (error: unknown, result?: unknown) => {
      if (!error) answered(result)
      ;(last as Callback)(error, result)
    }
    const sent = query.apply(this, args)
    pass(operation, 'unanswered')
    return sent
  }
  const sent = query.apply(this, args) as Promise<unknown>
  pass(operation, 'unanswered')
  return sent.then((result) => {
    answered(result)
    return result
  })
}

const redis = Redis.prototype as unknown as { eval: Query }
const { eval: evaluate } = redis
redis.eval = function (this: object, ...args: unknown[]) {
  const told = unpublished
  unpublished = []
  return (evaluate.apply(this, args) as Promise<unknown>).then((result) => {
    for (const operation of told) pass(operation, 'after-publish')
    return result
  })
}

await runProcess('agent', () => start(readSettings(Config, process.env)))
