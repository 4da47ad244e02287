import { createServer, type Server } from 'node:http'
import { createLog } from '@codelab/runtime/log'
import { createTracing, currentTraceparent } from '@codelab/runtime/tracing'

const log = createLog({ service: 'test', level: 'silent' })
type Exported = {
  name: string
  traceId: string
  parentSpanId?: string
  attributes: { key: string }[]
  status: { code?: number }
}

let collector: Server
let endpoint: string
let received: Exported[] = []

beforeAll(async () => {
  collector = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as {
        resourceSpans: { scopeSpans: { spans: Exported[] }[] }[]
      }
      received.push(
        ...body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      )
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(collector.address() as { port: number }).port}`
})
beforeEach(() => (received = []))
afterAll(() => collector.close())

test('spans nest, carry the trace of the caller and reach the collector', async () => {
  const tracing = createTracing({ service: 'test', endpoint, log })
  const traceId = 'a'.repeat(32)
  await tracing.span(
    'outer',
    { session_id: 's' },
    async (span) => {
      span.set({ response_length: 3 })
      await tracing.span('inner', {}, async () => undefined)
      await expect(
        tracing.span('failing', {}, () => Promise.reject(new TypeError('secret'))),
      ).rejects.toThrow()
    },
    { parent: `00-${traceId}-${'b'.repeat(16)}-01` },
  )
  await tracing.stop()
  const byName = Object.fromEntries(received.map((span) => [span.name, span]))
  expect(Object.keys(byName).toSorted()).toEqual(['failing', 'inner', 'outer'])
  expect(new Set(received.map((span) => span.traceId))).toEqual(new Set([traceId]))
  expect(byName['outer']!.parentSpanId).toBe('b'.repeat(16))
  expect(byName['outer']!.attributes.map(({ key }) => key)).toEqual([
    'session_id',
    'response_length',
  ])
  expect(byName['failing']!.status.code).toBe(2)
  expect(JSON.stringify(received)).not.toContain('secret')
})

test('without a collector ids are made and passed on all the same', async () => {
  const tracing = createTracing({ service: 'test', log })
  await tracing.span('work', {}, async () => {
    expect(currentTraceparent()).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    expect(tracing.headers()).toEqual({ traceparent: currentTraceparent() })
  })
})

test.each(['', 'garbage', `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`])(
  'a bad traceparent %p starts a new trace',
  async (parent) => {
    const tracing = createTracing({ service: 'test', log })
    await tracing.span(
      'work',
      {},
      async () => expect(currentTraceparent()).not.toContain('0'.repeat(32)),
      { parent },
    )
  },
)
