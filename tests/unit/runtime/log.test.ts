import { spawnNode } from '../../support/image/spawned.ts'

/** What a program writes that does this with a log. */
async function textOf(code: string): Promise<string> {
  const imports =
    "import { createLog, logOfPlainFields } from '@codelab/runtime/log'; import { runInScope } from '@codelab/runtime/scope';"
  const log = "const log = createLog({ service: 'test', level: 'info' });"
  const program = spawnNode(['--no-warnings', '--input-type=module', '-e', imports + log + code], {
    cwd: import.meta.dirname,
    env: {},
  })
  await program.whenEnded
  return program.said().trim()
}

/** The same where each line is a record. */
const recordsOf = async (code: string): Promise<Record<string, unknown>[]> =>
  (await textOf(code)).split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)

test('secrets are cut by name, also below a field', async () => {
  const [record] = await recordsOf(
    "log.info({ token: 'a', of: { password: 'b', name: 'c' }, deep: { headers: { authorization: 'd' } } }, 'said')",
  )
  expect(record).toMatchObject({
    token: '[secret]',
    of: { password: '[secret]', name: 'c' },
    deep: { headers: { authorization: '[secret]' } },
    msg: 'said',
  })
})

test('records of plain fields tell the same beside their fields', async () => {
  const [usual, plain] = await recordsOf(
    "runInScope({ requestId: 'r', traceId: 't' }, () => { log.info({ status: 200 }, 'said'); logOfPlainFields(log)({ status: 200 }, 'said') })",
  )
  const { time, ...rest } = usual!
  expect(time).toEqual(expect.any(String))
  expect(plain).toEqual({ ...rest, time: expect.any(String) as string })
  expect(rest).toEqual({
    ...{ level: 'info', service: 'test', request_id: 'r', trace_id: 't' },
    ...{ status: 200, msg: 'said' },
  })
})

test('each line has its time to the millisecond, over the turn of a second too', async () => {
  const records = await recordsOf(
    "for (const at of [0, 7, 60, 999, 1000, 61_005]) { Date.now = () => Date.UTC(2026, 0, 1) + at; log.info('said') }",
  )
  expect(records.map(({ time }) => time)).toEqual(
    [0, 7, 60, 999, 1_000, 61_005].map((at) => new Date(Date.UTC(2026, 0, 1) + at).toISOString()),
  )
})

const lines = "for (let at = 0; at < 500; at++) log.info({ at }, 'said');"
const all = Array.from({ length: 500 }, (_, at) => at)

test.each([
  ['exits', 'process.exit(0)'],
  ['comes to its end', ''],
  ['fails', "setTimeout(() => { throw new Error('unexpected') })"],
])('a program that %s has written every line, in order', async (_, end) => {
  const text = await textOf(lines + end)
  const records = text.split('\n').filter((line) => line.startsWith('{'))
  expect(records.map((line) => (JSON.parse(line) as { at: number }).at)).toEqual(all)
})

test('a warning is written at once, with what was said before it', async () => {
  const records = await recordsOf(
    "log.info('before'); log.warn('warned'); log.info('after'); process.kill(process.pid, 'SIGKILL')",
  )
  expect(records.map(({ msg }) => msg)).toEqual(['before', 'warned'])
})

test('what is said is written within a moment, though the program goes on', async () => {
  const records = await recordsOf(
    "log.info('said'); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1000)",
  )
  expect(records.map(({ msg }) => msg)).toEqual(['said'])
})

test('lines of any length and script come whole and in order', async () => {
  const lengths = [...Array.from({ length: 60 }, (_, at) => at * 97), 70_000, 1]
  const records = await recordsOf(
    `for (const length of [${lengths.join()}]) log.info({ text: '漢é😀x'.repeat(length) }, 'said')`,
  )
  expect(records.map(({ text }) => text)).toEqual(lengths.map((length) => '漢é😀x'.repeat(length)))
})
