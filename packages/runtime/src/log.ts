import { type DestinationStream, pino, type Logger, type SerializedError } from 'pino'
import { currentScope } from './scope.ts'

export type Log = Logger

const secretPaths = [
  'authorization',
  'cookie',
  'password',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'api_key',
  'apiKey',
  'client_secret',
  'secret',
]

function scopeFields() {
  const scope = currentScope()
  return { request_id: scope.requestId, session_id: scope.sessionId, trace_id: scope.traceId }
}

/** What is logged of an error. Libraries hang more on theirs: a database's holds its connection, the query and the values of rows. */
function errorFields(error: unknown): unknown {
  if (!Error.isError(error)) return error
  const { type, message, stack, code } = pino.stdSerializers.err(error) as SerializedError & {
    code?: unknown
  }
  return { type, message, stack, ...(code !== undefined && { code }) }
}

/** Lines that wait for others of the same moment: one write of many costs as much as one of one. */
const togetherMs = 20
const together = 65_536
const mostBytesOfUnit = 3
const [info, warn] = [30, 40]

let writtenSecond = 0
let writtenUpTo = ''

/** The time of a line; a second is put into words once. */
function timeField(): string {
  const now = Date.now()
  const ms = now % 1_000
  if (now - ms !== writtenSecond) {
    writtenSecond = now - ms
    writtenUpTo = `,"time":"${new Date(writtenSecond).toISOString().slice(0, -4)}`
  }
  return `${writtenUpTo}${String(ms).padStart(3, '0')}Z"`
}

type Lines = { readonly write: (line: string, level: number) => void }

/** One for the process: its services' lines stay in their order. */
let lines: Lines | undefined

/**
 * Standard error. What is a warning or worse is written at once, with all before it; the rest within a moment, and at the end of the
 * process. A line becomes bytes when it is said: to make bytes of many at once held up who asked meanwhile (docs/benchmarks/peers.md).
 */
function createLines(): Lines {
  const output = pino.destination({ dest: 2, sync: true, contentMode: 'buffer' })
  const held = Buffer.allocUnsafeSlow(together)
  let used = 0
  let writing: NodeJS.Timeout | undefined
  // In this mode it takes bytes, which its types do not know. They are written when it returns.
  const put = (bytes: Buffer) => void output.write(bytes as unknown as string)
  const writeNow = () => {
    clearTimeout(writing)
    writing = undefined
    const bytes = held.subarray(0, used)
    used = 0
    if (bytes.length > 0) put(bytes)
  }
  process.on('exit', writeNow)
  return {
    write(line, level) {
      const most = line.length * mostBytesOfUnit
      if (used + most > together) writeNow()
      if (most > together) put(Buffer.from(line))
      else used += held.write(line, used)
      if (level >= warn) writeNow()
      else writing ??= setTimeout(writeNow, togetherMs).unref()
    },
  }
}

/** The lines as pino writes to them; whoever has this mark is told before how serious a line is. */
const linesForPino = (): DestinationStream => {
  const all = (lines ??= createLines())
  return {
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string) {
      all.write(line, this.lastLevel)
    },
  } as DestinationStream & { lastLevel: number }
}

/** Structured lines on standard error (standard output belongs to programs). Secrets are cut by name, content is never given. */
export const createLog = ({ service, level }: { service: string; level: string }): Log =>
  pino(
    {
      level,
      base: { service },
      mixin: scopeFields,
      serializers: { err: errorFields },
      timestamp: timeField,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [
          ...secretPaths,
          ...secretPaths.map((path) => `*.${path}`),
          '*.*.authorization',
          '*.*.cookie',
        ],
        censor: '[secret]',
      },
    },
    linesForPino(),
  )

/** A record at level `info`. */
export type PlainLog = (
  fields: Readonly<Record<string, string | number | undefined>>,
  message: string,
) => void

/**
 * The same log for records whose fields are all named by our own code, none of them a secret and none of them an object. Two records of
 * each request are of this kind; to look for secrets in every value, and pino's way to put them into words, cost several times as much.
 */
export const logOfPlainFields = (log: Log): PlainLog => {
  const of = JSON.stringify(log.bindings()).slice(1, -1)
  return (fields, message) => {
    if (!log.isLevelEnabled('info')) return
    const { requestId, sessionId, traceId } = currentScope()
    const ids = { request_id: requestId, session_id: sessionId, trace_id: traceId }
    const said = JSON.stringify(Object.assign(ids, fields, { msg: message }))
    lines?.write(`{"level":"info"${timeField()},${of},${said.slice(1)}\n`, info)
  }
}
