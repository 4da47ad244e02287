import { failuresOf, type JestReport } from '../../failures.ts'

const report = (testResults: JestReport['testResults']): JestReport => ({
  numPassedTests: 1,
  numFailedTests: 1,
  numPendingTests: 0,
  numRuntimeErrorTestSuites: 0,
  numTotalTests: 2,
  testResults,
})

test('a failed test is named with its file and how its message begins, without colours', () => {
  const failed = {
    fullName: 'a door opens',
    status: 'failed',
    failureMessages: ['\u001B[31mwaited in vain\u001B[39m\n\nfor: the door\nat a\nat b\nat c'],
  }
  const passed = { fullName: 'a door closes', status: 'passed', failureMessages: [] }
  const file = { name: '/here/tests/door.test.ts', status: 'failed', message: '' }
  expect(
    failuresOf(report([{ ...file, assertionResults: [passed, failed] }]), '/here'),
  ).toStrictEqual([
    '  tests/door.test.ts: a door opens',
    '    waited in vain',
    '    for: the door',
    '    at a',
    '    at b',
  ])
})

test('a file that does not load is named too, one that passes is not', () => {
  const broken = { name: '/here/tests/a.test.ts', status: 'failed', message: 'no such module' }
  const good = { name: '/here/tests/b.test.ts', status: 'passed', message: '' }
  const results = [broken, good].map((each) => ({ ...each, assertionResults: [] }))
  expect(failuresOf(report(results), '/here')).toStrictEqual([
    '  tests/a.test.ts could not be run',
    '    no such module',
  ])
})
