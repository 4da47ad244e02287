import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/** What Jest's `--json` says of a run, as far as it is read here. */
export type JestReport = {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numRuntimeErrorTestSuites: number
  numTotalTests: number
  testResults: readonly {
    /** The file. */
    name: string
    status: string
    message: string
    assertionResults: readonly {
      fullName: string
      status: string
      failureMessages: readonly string[]
    }[]
  }[]
}

const linesOfAFailure = 4
const shortened = (message: string) =>
  stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, linesOfAFailure)
    .map((line) => `    ${line}`)

/** Each test that failed, by file and name with how its message begins: what one looks for at the end of a long log. */
export function failuresOf(report: JestReport, root: string): string[] {
  return report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name)
    const failed = assertionResults.filter((each) => each.status === 'failed')
    if (failed.length === 0 && status === 'failed')
      return [`  ${file} could not be run`, ...shortened(message)]
    return failed.flatMap(({ fullName, failureMessages }) => [
      `  ${file}: ${fullName}`,
      ...shortened(failureMessages.join('\n')),
    ])
  })
}
