import { PassThrough } from 'node:stream'
import type { Context } from 'koa'
import type { FindPart, FoundLine } from '@codelab/contracts/engine-ui/files'
import { problemOf } from '../../engine-failure.ts'

/** What is found in so many milliseconds travels together. */
const togetherMs = 50

type End = Omit<Extract<FindPart, { type: 'end' }>, 'type'>

/**
 * Answers with the parts of a search as they come, one JSON value a line. A search that fails before it has found anything throws, so
 * that the answer is that failure; one that fails later says so in its last line.
 */
export async function answerFound(
  ctx: Context,
  search: (tell: (matches: readonly FoundLine[]) => void) => Promise<End>,
): Promise<void> {
  const body = new PassThrough()
  const begun = Promise.withResolvers<void>()
  let waiting: FoundLine[] = []
  let timer: NodeJS.Timeout | undefined

  const write = (part: FindPart) => void body.write(`${JSON.stringify(part)}\n`)
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (waiting.length === 0) return
    write({ type: 'matches', matches: waiting })
    waiting = []
    begun.resolve()
  }
  const searched = search((matches) => {
    waiting.push(...matches)
    timer ??= setTimeout(flush, togetherMs)
  })
  const told = searched.then(
    (end) => {
      flush()
      write({ type: 'end', ...end })
    },
    (error: unknown) => {
      flush()
      write({ type: 'failed', problem: problemOf(error) })
    },
  )
  void told.finally(() => body.end())
  await Promise.race([begun.promise, searched])
  ctx.status = 200
  ctx.type = 'application/x-ndjson; charset=utf-8'
  ctx.body = body
}
