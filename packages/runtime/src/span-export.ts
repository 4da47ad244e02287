import type { Log } from './log.ts'

/** Ids, lengths and outcomes; never content. */
export type Attributes = Record<string, string | number | boolean>
export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer'
export type SpanRecord = {
  name: string
  kind: SpanKind
  traceId: string
  spanId: string
  parentSpanId: string | undefined
  sampled: boolean
  attributes: Attributes
  startTime: number
  durationMs: number
  error?: string
}
export type SpanExporter = { add(span: SpanRecord): void; stop(): Promise<void> }

/**
 * Sends spans in batches to an OTLP/HTTP collector. The OpenTelemetry packages are loaded here and only here:
 * a process without an endpoint does not pay for them. A collector that is away costs spans, never requests.
 */
export async function createSpanExporter({
  service,
  endpoint,
  log,
}: {
  service: string
  endpoint: string
  log: Log
}): Promise<SpanExporter> {
  const [{ OTLPTraceExporter }, { BatchSpanProcessor }, { resourceFromAttributes }, api] =
    await Promise.all([
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/api'),
    ])
  const kinds = {
    internal: api.SpanKind.INTERNAL,
    server: api.SpanKind.SERVER,
    client: api.SpanKind.CLIENT,
    producer: api.SpanKind.PRODUCER,
    consumer: api.SpanKind.CONSUMER,
  }
  const resource = resourceFromAttributes({ 'service.name': `codelab-${service}` })
  const processor = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` }),
  })
  const time = (milliseconds: number): [number, number] => [
    Math.floor(milliseconds / 1000),
    Math.round((milliseconds % 1000) * 1e6),
  ]

  return {
    add(span) {
      const context = { traceId: span.traceId, spanId: span.spanId, traceFlags: 1 }
      processor.onEnd({
        name: span.name,
        kind: kinds[span.kind],
        spanContext: () => context,
        ...(span.parentSpanId && { parentSpanContext: { ...context, spanId: span.parentSpanId } }),
        startTime: time(span.startTime),
        endTime: time(span.startTime + span.durationMs),
        duration: time(span.durationMs),
        status: span.error
          ? { code: api.SpanStatusCode.ERROR, message: span.error }
          : { code: api.SpanStatusCode.UNSET },
        attributes: span.attributes,
        links: [],
        events: [],
        ended: true,
        resource,
        instrumentationScope: { name: 'codelab' },
        droppedAttributesCount: 0,
        droppedEventsCount: 0,
        droppedLinksCount: 0,
      })
    },
    stop: async () => {
      await processor
        .shutdown()
        .catch((error: unknown) => log.warn({ err: error }, 'spans were not delivered'))
    },
  }
}
