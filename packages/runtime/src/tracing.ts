import { randomFillSync } from 'node:crypto'
import { currentScope, runInScope, type Scope } from './scope.ts'
import type { Log } from './log.ts'
import {
  createSpanExporter,
  type Attributes,
  type SpanKind,
  type SpanRecord,
} from './span-export.ts'

/** A span under way. Attributes hold ids, lengths and outcomes, never content. */
export type Span = { set(attributes: Attributes): void }
type SpanOptions = {
  /** A `traceparent` that came from outside; without it the scope's span is the parent. */
  parent?: string | undefined
  kind?: SpanKind
  /** What else belongs to the work inside. */
  scope?: Scope
}

/** A span that nobody is told of. */
const untold: Span = { set: () => {} }

export type Tracing = ReturnType<typeof createTracing>

const pool = Buffer.alloc(4096)
let used = pool.length

/** Random bytes as hexadecimal, out of a pool: a call for each would take longer than all else of a span. */
const hex = (bytes: number): string => {
  if (used + bytes > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += bytes
  return pool.toString('hex', used - bytes, used)
}

/** W3C Trace Context `traceparent`; anything malformed starts a new trace. */
function parseTraceparent(header: string | undefined): Scope | undefined {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(header ?? '')
  if (!match || /^0+$/.test(match[1]!) || /^0+$/.test(match[2]!)) return undefined
  return { traceId: match[1]!, spanId: match[2]!, sampled: (parseInt(match[3]!, 16) & 1) === 1 }
}

/** The scope's `traceparent`, for the next hop or for a queued job. */
export function currentTraceparent(): string | undefined {
  const { traceId, spanId, sampled } = currentScope()
  return traceId && spanId
    ? `00-${traceId}-${spanId}-${sampled === false ? '00' : '01'}`
    : undefined
}

/** Headers that carry the request and trace ids to the next hop. */
export function scopeHeaders(): Record<string, string> {
  const { requestId } = currentScope()
  const traceparent = currentTraceparent()
  return { ...(requestId && { 'x-request-id': requestId }), ...(traceparent && { traceparent }) }
}

/**
 * Spans written by hand (bundles defeat automatic instrumentation). Ids are made and passed on always, so that logs join up;
 * spans are recorded only with an exporter, which is loaded only when an OTLP endpoint is set.
 */
export function createTracing({
  service,
  endpoint,
  log,
}: {
  service: string
  /** Base address of an OTLP/HTTP collector. */
  endpoint?: string | undefined
  log: Log
}) {
  const exporter = endpoint ? createSpanExporter({ service, endpoint, log }) : undefined
  const above = (parent: string | undefined): Scope =>
    parent === undefined ? currentScope() : (parseTraceparent(parent) ?? {})
  const idsFor = ({ traceId, sampled = true }: Scope) => ({
    traceId: traceId ?? hex(16),
    spanId: hex(8),
    sampled,
  })

  return {
    headers: scopeHeaders,
    /** Runs `work` inside a span; a thrown error marks the span and goes on. */
    async span<Result>(
      name: string,
      attributes: Attributes,
      work: (span: Span) => Promise<Result>,
      options: SpanOptions = {},
    ): Promise<Result> {
      const { parent, kind = 'internal', scope: more } = options
      // Without an exporter a span is only its ids, and the next hop may as well name the one around it.
      if (!exporter && parent === undefined && !more && currentScope().traceId) return work(untold)
      const around = above(parent)
      const scope = idsFor(around)
      if (!exporter) return runInScope({ ...more, ...scope }, () => work(untold))
      const record: SpanRecord = {
        ...{ name, kind, ...scope },
        parentSpanId: around.spanId,
        attributes: { ...attributes },
        startTime: Date.now(),
        durationMs: 0,
      }
      const started = performance.now()
      const span: Span = { set: (said) => void Object.assign(record.attributes, said) }
      try {
        return await runInScope({ ...more, ...scope }, () => work(span))
      } catch (error) {
        record.error = error instanceof Error ? error.name : 'Error'
        throw error
      } finally {
        record.durationMs = performance.now() - started
        if (scope.sampled) void exporter.then((sink) => sink.add(record))
      }
    },
    stop: async (): Promise<void> => (await exporter)?.stop(),
  }
}
