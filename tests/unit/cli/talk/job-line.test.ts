import { bar, barLine, jobLine } from '@codelab/cli/talk/job-line'
import { resultLines } from '@codelab/cli/talk/job-result'
import { textsIn } from '@codelab/cli/texts/texts'
import type { Job } from '@codelab/contracts/jobs'

const en = textsIn('en')

test('a bar is empty at the beginning, full at the end, and never longer', () => {
  expect(bar(0)).toBe('░'.repeat(20))
  expect(bar(0.5)).toBe('█'.repeat(10) + '░'.repeat(10))
  expect(bar(1)).toBe('█'.repeat(20))
  expect(bar(7)).toBe('█'.repeat(20))
})

test('a line shows no control character of a note', () => {
  const note = 'reading \u001B[2Jx\nnext'
  for (const line of [
    jobLine(en, { kind: 'task', state: 'running', progress: 0.129, note }),
    barLine({ state: 'running', progress: 0.129, note }),
  ]) {
    expect(line).toContain('12 %')
    for (const hidden of ['\u001B', '\n']) expect(line).not.toContain(hidden)
  }
})

test('of many files that were left out some are named, and the rest counted', () => {
  const skipped = Array.from({ length: 25 }, (_, index) => ({ path: `f${index}`, reason: 'gone' }))
  const result = { model: 'words', files: 1, chunks: 3, skipped }
  const job = { kind: 'embed_project', session_id: 's', result } as unknown as Job
  const { answer, remarks } = resultLines(en, job)
  expect(answer).toBe('Indexed 1 file in 3 passages with words.')
  expect(remarks).toHaveLength(22)
  expect(remarks.at(-2)).toContain('5 more')
})
