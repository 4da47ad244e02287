import { Readable } from 'node:stream'
import type { CompletionRequest, StreamPart } from '@codelab/contracts/agent-llm'
import { summarise, type Complete, type SummaryTask } from '@codelab/agent/compaction/summarise'
import { countTokens } from '@codelab/agent/context/tokens'
import { answer as answers } from '../../../support/stand-in-llm-proxy.ts'
import { textsOf } from '../../../support/compaction.ts'
import { row } from '../context/rows.ts'

const events = (parts: readonly StreamPart[]) =>
  Readable.from(parts.map((part) => Buffer.from(`data: ${JSON.stringify(part)}\n\n`)))

function model(reply: (count: number) => readonly StreamPart[]) {
  const requests: CompletionRequest[] = []
  const complete: Complete = async (request, { signal }) => {
    signal.throwIfAborted()
    requests.push(request)
    return events(reply(requests.length))
  }
  return { requests, complete }
}

/** More than fits one request of 2,000 tokens, less than fits three. */
const rows = Array.from({ length: 40 }, (_, index) =>
  row(index + 1, { content: `message ${index + 1} ${'word '.repeat(70)}` }),
)
const task = (more: Partial<SummaryTask> = {}): SummaryTask => ({
  material: { rows, leftOut: false },
  model: 'm',
  userId: 'ann',
  maxTokens: 2_000,
  summaryTokens: 300,
  mostCalls: 5,
  ...more,
})
const { signal } = new AbortController()

test('piece after piece is summarised, each with the notes of the last, within the window', async () => {
  const { requests, complete } = model((count) => answers(`notes ${count}`))
  const progress: string[] = []
  const summarised = await summarise(
    complete,
    task({ notes: 'notes 0', onPiece: (done, of) => progress.push(`${done}/${of}`) }),
    signal,
  )
  expect(requests.length).toBeGreaterThan(1)
  const last = requests.length
  expect(summarised).toMatchObject({ kind: 'summary', content: `notes ${last}`, model: 'stand-in' })
  expect(summarised.usage).toHaveLength(last)
  expect(progress).toEqual(requests.map((_, index) => `${index + 1}/${last}`))
  const lines = requests.map((request) => textsOf(request)[1]!.split('\n'))
  expect(lines.map(([first]) => first)).toEqual(
    requests.map((_, index) => JSON.stringify({ notes: `notes ${index}` })),
  )
  expect(lines.flatMap((each) => each.slice(1))).toHaveLength(40)
  for (const request of requests) {
    expect(request).not.toHaveProperty('tools')
    expect(countTokens(textsOf(request).join())).toBeLessThanOrEqual(2_000)
  }
})

test('of too much the newest part is summarised, and the model is told', async () => {
  const { requests, complete } = model(() => answers('notes'))
  expect(await summarise(complete, task({ mostCalls: 1 }), signal)).toMatchObject({
    kind: 'summary',
  })
  expect(requests).toHaveLength(1)
  const lines = textsOf(requests[0]!)[1]!.split('\n')
  expect(lines[0]).toContain('left out')
  expect(lines.at(-1)).toContain('message 40 ')
})

test('what was spent is told also when a later piece fails', async () => {
  const { complete } = model((count) => (count === 1 ? answers('notes') : []))
  const summarised = await summarise(complete, task(), signal)
  expect(summarised).toMatchObject({ kind: 'failed' })
  expect(summarised.usage).toEqual([
    { input_tokens: 7, output_tokens: 3, model: 'stand-in', provider: 'stand-in' },
  ])
})

test('a summary that is too long is none', async () => {
  const { complete } = model(() => answers('word '.repeat(400)))
  expect(await summarise(complete, task(), signal)).toMatchObject({ kind: 'too_long' })
})

test('nothing, or a window without room for anything, asks no model', async () => {
  const { requests, complete } = model(() => answers('notes'))
  const nothing = { rows: [], leftOut: false }
  expect(await summarise(complete, task({ material: nothing }), signal)).toMatchObject({
    kind: 'empty',
  })
  expect(await summarise(complete, task({ maxTokens: 600 }), signal)).toMatchObject({
    kind: 'failed',
  })
  expect(requests).toEqual([])
})

test('what is stopped does not throw', async () => {
  const { complete } = model(() => answers('notes'))
  expect(await summarise(complete, task(), AbortSignal.abort())).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('stopped'),
  })
})
