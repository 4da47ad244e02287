import { unifiedDiff } from '@codelab/cli/terminal/diff'
import { createStyle } from '@codelab/cli/terminal/style'

const plain = createStyle(false)

describe('difference', () => {
  test('is shown in unified form', () => {
    expect(unifiedDiff(plain, 'a.txt', 'one\ntwo\nthree\n', 'one\n2\nthree\n')).toBe(
      '--- a.txt\n+++ a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n',
    )
  })

  test('of a new file and of a deleted one names the side that is not there', () => {
    expect(unifiedDiff(plain, 'a', undefined, 'x\n')).toContain('--- /dev/null\n+++ a\n')
    expect(unifiedDiff(plain, 'a', 'x\n', undefined)).toContain('--- a\n+++ /dev/null\n')
  })

  test('is empty when nothing changes', () => {
    expect(unifiedDiff(plain, 'a', 'x', 'x')).toBe('')
  })

  test('shows what hides in the changed lines', () => {
    expect(unifiedDiff(plain, 'a', '', 'if (admin\u202E)\r\n')).toContain(
      '+if (admin\\u{202e})\\u{d}',
    )
  })

  test('is coloured where colour is wanted', () => {
    expect(unifiedDiff(createStyle(true), 'a', 'x\n', 'y\n')).toContain('\u001B[31m-x\u001B[39m')
  })
})
