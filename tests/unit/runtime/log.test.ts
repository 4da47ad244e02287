import { spawnNode } from '../../support/image/spawned.ts'

/** What a program writes that does this with a log; each line is a record. */
async function recordsOf(code: string): Promise<Record<string, unknown>[]> {
  const imports =
    "import { createLog, logOfPlainFields } from '@codelab/runtime/log'; import { runInScope } from '@codelab/runtime/scope';"
  const log = "const log = createLog({ service: 'test', level: 'info' });"
  const program = spawnNode(['--no-warnings', '--input-type=module', '-e', imports + log + code], {
    cwd: import.meta.dirname,
    env: {},
  })
  await program.whenEnded
  return program
    .said()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

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
    "runInScope({ requestId: 'r', traceId: 't' }, () => { log.info({ status: 200 }, 'said'); logOfPlainFields(log).info({ status: 200 }, 'said') })",
  )
  const { time, ...rest } = usual!
  expect(time).toEqual(expect.any(String))
  expect(plain).toEqual({ ...rest, time: expect.any(String) as string })
  expect(rest).toEqual({
    ...{ level: 'info', service: 'test', request_id: 'r', trace_id: 't' },
    ...{ status: 200, msg: 'said' },
  })
})
